/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A function pointer in a kernel object, called. */
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <fathom/ids.h>

int main(void)
{
	const struct file *file = init_task.files->fdt->fd[0];

	printf("%d\n",
	       file->f_op->release(
		       NULL,
		       NULL)); /* error: call of a function of the target */
	return 0;
}
