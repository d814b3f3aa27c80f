/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * sleeper SECONDS: look at all processes, sleep, look again. Keeps nothing of
 * what it read but the pages that it was in.
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

int main(int argc, char **argv)
{
	look();
	sleep(argc == 2 ? (unsigned int)atoi(argv[1]) : 1);
	fathom_refresh();
	look();
}
