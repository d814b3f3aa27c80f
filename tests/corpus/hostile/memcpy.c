/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Memory copied from a planted address. */
#include "canary.h"

int main(void)
{
	char buffer[32] = {};

	memcpy(buffer, trap.widget, sizeof(buffer) - 1); /* fault */
	puts(buffer);
	return 0;
}
