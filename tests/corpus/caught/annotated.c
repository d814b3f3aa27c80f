/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Integers that become target addresses. */
#include <fathom/ids.h>
#include "objects.h"

static unsigned int read_id(unsigned long address)
{
	struct widget __fathom_kernel *w =
		(struct widget __fathom_kernel *)address;

	return w->id;
}

int main(void)
{
	int mine = 5, *where;
	unsigned long number = fathom_symbol_value("widgets");

	printf("%u\n", read_id(number + 3 * sizeof(struct widget)));
	printf("%s\n", ((struct widget *)number)[2].name);
	number = (unsigned long)&mine;
	barrier();
	where = fathom_local((int *)number);
	printf("%d\n", ++*where);
	return 0;
}
