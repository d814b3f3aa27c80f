/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An ERR_PTR() followed. */
#include "canary.h"

int main(void)
{
	printf("%u\n", error_widget->id); /* fault */
	return 0;
}
