/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Two of the target's functions, and a third that main.c has as well. */
long (*other_functions(int number))(long argument);

static noinline __used long widget_start(long argument)
{
	return argument + 1000;
}

static noinline __used long widget_stop(long argument)
{
	return argument + 2000;
}

static noinline __used long widget_twice(long argument)
{
	return argument + 3000;
}

static long (*const table[])(long argument) = {
	widget_start,
	widget_stop,
	widget_twice,
};

long (*other_functions(int number))(long argument)
{
	return table[number];
}
