/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A thread-local variable cannot be set at start-up. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

static __thread struct task_struct *mine = &init_task; /* error: . */

int main(void)
{
	return mine->pid;
}
