/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Memory at a planted address compared. */
#include "canary.h"

int main(void)
{
	printf("%d\n", memcmp(trap.widget, "TOP-SECRET-----", 16)); /* fault */
	return 0;
}
