/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A kernel array handed to qsort(), which would write to it. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

static int order(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

int main(void)
{
	struct task_struct *p = &init_task;

	qsort(p->comm, 16, 1,
	      order); /* error: 'qsort' cannot take a kernel pointer */
	return 0;
}
