/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Barriers and hidden values. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct widget *w = &widgets[6];
	unsigned long id;

	barrier();
	OPTIMIZER_HIDE_VAR(w);
	printf("%s\n", w->name);
	asm volatile("" : "+r"(w) : : "memory");
	id = w->id;
	asm("lea 5(%1), %0" : "=r"(id) : "r"(id));
	printf("%lu %u\n", id, RELOC_HIDE(w, sizeof(*w))->id);
	return 0;
}
