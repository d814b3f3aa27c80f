/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Open files and their paths. */
#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <fathom/ids.h>

static void show_path(const struct dentry *dentry)
{
	if (dentry != dentry->d_parent) {
		show_path(dentry->d_parent);
		printf("/%s", dentry->d_name.name);
	}
}

int main(void)
{
	struct task_struct *p;
	unsigned int i;

	for_each_process (p) {
		const struct fdtable *table;

		if (!p->files)
			continue;
		table = p->files->fdt;
		for (i = 0; i < table->max_fds; i++) {
			const struct file *file = table->fd[i];

			if (!file)
				continue;
			printf("%d %u %lld ", p->pid, i, file->f_pos);
			show_path(file->f_path.dentry);
			printf(" %lu %d\n", file->f_path.dentry->d_inode->i_ino,
			       S_ISREG(file->f_path.dentry->d_inode->i_mode));
		}
	}
	return 0;
}
