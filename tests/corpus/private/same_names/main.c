/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Several files have static functions of one name: meant is that of the file
 * which has what lies beside it in the target, too.
 */
#include <fathom/ids.h>
#define widget_start  objects_start
#define widget_stop   objects_stop
#define widget_twice  objects_twice
#define widget_negate objects_negate
#include "objects.h"
#undef widget_start
#undef widget_stop
#undef widget_twice
#undef widget_negate

long (*other_functions(int number))(long argument);
long (*third_functions(int number))(long argument);

static noinline __used long widget_start(long argument)
{
	return argument + 100;
}

static noinline __used long widget_negate(long argument)
{
	return argument + 200;
}

static long (*const mine[])(long argument) = {widget_start, widget_negate};

int main(void)
{
	int i;

	for (i = 0; i < 2; i++)
		printf("%ld %ld %ld\n", mine[i](1), other_functions(i)(1),
		       third_functions(i)(1));
	for (i = 0; i < 4; i++) {
		fathom_try
		{
			printf("%ld\n", widget_handlers[i](1));
		}
		fathom_catch(f)
		{
			printf("%s\n", f->message);
		}
	}
	return 0;
}
