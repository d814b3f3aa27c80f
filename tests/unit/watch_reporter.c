/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * An IDS that finds as many things as it is told to: COUNT [PAUSE-MS [fault]].
 */
#include <fathom/ids.h>
#include <linux/sched/signal.h>

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 1;
	int pause = argc > 2 ? atoi(argv[2]) : 0;
	struct task_struct *p = &init_task;
	int i;

	for (i = 1; i <= count; i++) {
		fathom_report_with(
			FATHOM_CRITICAL, "test_rule",
			FATHOM_FIELDS(fathom_field("process.pid", p->pid),
				      fathom_field("process.name", p->comm),
				      fathom_field("at", p)),
			"finding %d in %s", i, p->comm);
		if (pause)
			usleep(pause * 1000);
	}
	if (argc > 3)
		printf("%d\n", *(volatile int *)((char *)p - 0x7000000000));
	return 0;
}
