/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A load of which the last bytes are not mapped. */
#include "canary.h"

int main(void)
{
	printf("%lx\n", *(unsigned long *)edge_unterminated); /* fault */
	return 0;
}
