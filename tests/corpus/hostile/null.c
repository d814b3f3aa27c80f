/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* NULL. */
#include "canary.h"

int main(void)
{
	printf("%s\n", null_widget->name); /* fault */
	return 0;
}
