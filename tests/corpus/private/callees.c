/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Tables of functions of the target lead to the program's own functions. */
#include <fathom/ids.h>
#define widget_stop   objects_stop
#define widget_negate objects_negate
#include "objects.h"
#undef widget_stop
#undef widget_negate

long widget_start(long argument)
{
	return argument + 1000;
}

/* Of another type than the target's callers want. */
int widget_stop(int argument);
int widget_stop(int argument)
{
	return argument;
}

/* Called by nobody but the target's table. */
static long widget_negate(long argument)
{
	return argument - 1000;
}

static long own(long argument)
{
	return argument;
}

static long (*const tables[2][2])(long argument) = {
	{widget_start, own},
	{widget_negate, NULL},
};

static noinline void call(long (*function)(long argument), long argument)
{
	fathom_try
	{
		printf("%ld\n", function(argument));
	}
	fathom_catch(f)
	{
		printf("%s%s\n", f->message, f->address ? ": address" : "");
	}
}

int main(void)
{
	int i;

	for (i = 0; i < 6; i++)
		call(widget_handlers[i], i);
	call(widgets[1].ops->start, 3);
	call(tables[widgets[1].id > 1000][1], 5);
	call(widget_twice, 6);
	call(trap.function, 7);
	call((void *)&number_table, 8);
	call((void *)((unsigned long)widget_handlers[0] + 1), 9);
	return 0;
}
