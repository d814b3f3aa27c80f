/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* As much or as little of what is beside it in the target as main.c has. */
long (*third_functions(int number))(long argument);

static noinline __used long widget_negate(long argument)
{
	return argument + 20000;
}

static noinline __used long widget_stop(long argument)
{
	return argument + 30000;
}

static long (*const table[])(long argument) = {widget_negate, widget_stop};

long (*third_functions(int number))(long argument)
{
	return table[number];
}
