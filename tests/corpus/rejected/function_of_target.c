/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A function that only the kernel has, called. */
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

extern int dequeue_signal_lock(int number);

int main(void)
{
	printf("%d\n", dequeue_signal_lock(0)); /* error: dequeue_signal_lock */
	return 0;
}
