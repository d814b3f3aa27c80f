/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* options: --private-writes */
/* memset() at a planted pointer. */
#include "canary.h"

static noinline void clear(struct widget *w, size_t size)
{
	memset(w, 0, size); /* fault */
}

int main(void)
{
	clear(trap.widget, sizeof(*trap.widget)); /* fault */
	return 0;
}
