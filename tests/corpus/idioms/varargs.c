/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Kernel pointers through a variadic function of the program. */
#include <linux/stdarg.h>
#include <fathom/ids.h>
#include "objects.h"

static noinline unsigned long total(int count, ...)
{
	unsigned long sum = 0;
	va_list list;

	va_start(list, count);
	while (count--)
		sum += va_arg(list, const struct widget *)->weight;
	va_end(list);
	return sum;
}

static __printf(1, 2) void say(const char *format, ...)
{
	va_list list;

	printf("> ");
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
}

int main(void)
{
	struct widget mine = {.weight = 1};

	printf("%lu\n", total(4, &widgets[3], &mine, widgets[9].parent,
			      widget_index[0]));
	say("%s %d %s %c %s %.3f\n", widgets[3].name, widgets[3].place.x,
	    "local", 'c', widget_colours[0], widgets[5].exact);
	return 0;
}
