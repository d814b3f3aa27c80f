/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A variable that no kernel has. */
#include <fathom/ids.h>
#include <linux/sched.h>

extern struct task_struct fathom_no_such_variable;

int main(void)
{
	printf("%d\n", fathom_no_such_variable.pid);
	return 0;
}
