/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A copy of which the last byte is not mapped. */
#include "canary.h"

int main(void)
{
	char buffer[8];

	memcpy(buffer, edge_unterminated, 6); /* fault */
	puts(buffer);
	return 0;
}
