/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A string without end. */
#include "canary.h"

int main(void)
{
	printf("%zu\n", strlen(edge_unterminated)); /* fault */
	return 0;
}
