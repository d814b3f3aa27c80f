/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Look at all processes, wait for a byte on standard input, look again. Keeps
 * nothing of what it read but the pages that it was in.
 */
#include <fathom/ids.h>
#include <linux/sched/signal.h>
#include <unistd.h>

static void look(void)
{
	struct task_struct *p;
	unsigned long with_name = 0;

	for_each_process (p)
		with_name += p->comm[0] != 0;
	printf("%lu processes\n", with_name);
	fflush(stdout);
}

int main(void)
{
	char byte;

	look();
	if (read(STDIN_FILENO, &byte, 1) != 1)
		return 1;
	fathom_refresh();
	look();
}
