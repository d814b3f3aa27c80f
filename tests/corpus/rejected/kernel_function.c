/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A function of the kernel without a body. */
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	printf("%d\n", find_vpid(1) != NULL); /* error: '?find_vpid'? */
	return 0;
}
