/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Addresses of the direct map, computed as the kernel does. */
#include <linux/mm.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned long physical = __pa(widget_journal);
	struct journal *again = __va(physical);
	unsigned long image = __pa_symbol(&magic_number);

	printf("%d %u\n", again == widget_journal, again->version);
	printf("%x\n", *(int *)__va(image));
	return 0;
}
