// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* Directories of processes and threads. */
#include "files.h"

/*
 * Files that are printed by what the kernel's own table says. Those that are
 * not among them: docs/proc.md.
 */
static const char *const names[] = {
	"comm",
	"stat",
	"statm",
	"status",
};

static int find_in_process(const char *name, struct proc_node *ret)
{
	struct fathom_pid_file file;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		/* Not every kernel has every file. */
		if (!fathom_pid_file(ret->thread, name, &file))
			return -ENOENT;
		ret->mode = file.mode;
		ret->operations = file.operations;
		ret->op = file.op;
		return 0;
	}
	return -ENOENT;
}

static int list_process(const struct proc_node *node, struct proc_names *told)
{
	struct fathom_pid_file file;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (fathom_pid_file(node->thread, names[i], &file) &&
		    proc_tell(told, names[i], file.mode))
			return 0;
	return 0;
}

const struct proc_directory proc_process_directory = {
	.find = find_in_process,
	.list = list_process,
};

int proc_find_process(int number, struct proc_node *node)
{
	struct pid *pid = find_pid_ns(number, &init_pid_ns);
	struct task_struct *task = pid ? pid_task(pid, PIDTYPE_PID) : NULL;

	if (!task)
		return -ENOENT;
	node->pid = pid;
	node->task = task;
	node->mode = S_IFDIR | 0555;
	node->directory = &proc_process_directory;
	return 0;
}
