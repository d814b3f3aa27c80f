/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The planted pointer is a list's next. */
#include "canary.h"

int main(void)
{
	struct widget *w;

	list_for_each_entry (w, &trap.list, node) /* fault */
		printf("%u\n", w->id);		  /* fault */
	return 0;
}
