/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* asm goto. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	asm goto("jmp %l0" : : : : out); /* error: asm goto */
out:
	puts("out");
	return 0;
}
