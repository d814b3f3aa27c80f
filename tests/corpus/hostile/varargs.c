/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer goes through a variadic function. */
#include "canary.h"

#include <linux/stdarg.h>

static noinline unsigned int second(int count, ...)
{
	const struct widget *w = NULL;
	va_list list;

	va_start(list, count);
	while (count--)
		w = va_arg(list, const struct widget *);
	va_end(list);
	return w->id; /* fault */
}

int main(void)
{
	struct widget mine = {.id = 1};

	printf("%u\n", second(2, &mine, trap_widget));
	return 0;
}
