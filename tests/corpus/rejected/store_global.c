/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A store to a global whose type nothing else in the file mentions. */
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	init_task.pid = 5; /* error: store through a kernel pointer */
	return 0;
}
