/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* options: --private-writes */
/* A planted pointer in a block that is copied to and fro. */
#include "canary.h"

static noinline void copy(void *to, const void *from, size_t size)
{
	memcpy(to, from, size);
}

int main(void)
{
	struct trap mine;

	copy(&widgets[2], &trap, sizeof(trap));
	copy(&mine, &widgets[2], sizeof(mine));
	printf("%.10s\n", mine.text); /* fault */
	return 0;
}
