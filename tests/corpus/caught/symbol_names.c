/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Names for addresses. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(widget_handlers); i++) {
		const char *name = fathom_symbol_name(widget_handlers[i]);

		printf("%s\n", name ? name : "none");
	}
	printf("%s\n", fathom_symbol_name(widgets[1].ops->stop));
	printf("%d\n", fathom_symbol_name(&widgets[1]) == NULL);
	printf("%d %lu\n",
	       fathom_symbol_value("magic_number") ==
		       (unsigned long)&magic_number,
	       fathom_symbol_value("no_such_name"));
	return 0;
}
