/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A planted string in every place where libc takes one. */
#include "canary.h"

int main(void)
{
	char line[64];

	snprintf(line, sizeof(line), "%d %.*s", 5, 10, trap.text); /* fault */
	puts(line);
	return 0;
}
