/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Function pointers of the kernel are compared, never called. */
#include <fathom/ids.h>
#include "objects.h"

static const struct {
	long (*function)(long argument);
	const char *name;
} known[] = {
	{widget_start, "start"},
	{widget_stop, "stop"},
	{widget_twice, "twice"},
	{widget_negate, "negate"},
};

static const char *name_of(long (*function)(long argument))
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].function == function)
			return known[i].name;
	return function ? "?" : "none";
}

int main(void)
{
	const struct widget *w;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(widget_handlers); i++)
		printf("%s ", name_of(widget_handlers[i]));
	printf("\n");
	list_for_each_entry (w, &widget_list, node)
		printf("%s %s %s%s\n", w->ops->name, name_of(w->ops->start),
		       name_of(w->handler),
		       w->handler == widget_stop ? " *" : "");
	printf("%d %d\n", widgets[1].ops == &widget_ops_a,
	       widgets[4].ops == &widget_ops_a);
	return 0;
}
