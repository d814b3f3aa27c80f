// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* Directories of processes and threads. */
#include "files.h"

/*
 * Files and links as the kernel's own table has them. What else is in that
 * table: docs/proc.md.
 */
static const char *const names[] = {
	"auxv",
	"cgroup",
	"cmdline",
	"comm",
	"coredump_filter",
	"cpuset",
	"cwd",
	"environ",
	"exe",
	"gid_map",
	"io",
	"limits",
	"loginuid",
	"maps",
	"mountinfo",
	"mounts",
	"mountstats",
	"oom_adj",
	"oom_score",
	"oom_score_adj",
	"personality",
	"projid_map",
	"root",
	"schedstat",
	"sessionid",
	"setgroups",
	"smaps",
	"smaps_rollup",
	"stack",
	"stat",
	"statm",
	"status",
	"syscall",
	"timerslack_ns",
	"uid_map",
	"wchan",
};

/* Directories that the kernel makes in ways of their own. */
static const struct proc_entry directories[] = {
	{.name = "fd", .mode = 0500, .directory = &proc_descriptors_directory},
	{.name = "fdinfo",
	 .mode = 0555,
	 .directory = &proc_information_directory},
	{.name = "net", .mode = 0555, .directory = &proc_net_directory},
	{.name = "ns", .mode = 0511, .directory = &proc_namespaces_directory},
	{},
};

static const struct proc_entry threads_entry[] = {
	{.name = "task", .mode = 0555, .directory = &proc_threads_directory},
	{},
};

static long read_link(const struct proc_node *node, char *buffer,
		      unsigned long size)
{
	struct proc_opened *opened = proc_open_node(node);

	if (!opened)
		return -ENOMEM;
	if (node->namespace)
		return source_namespace_link(&opened->dentry, buffer, size);
	return source_pid_link(&opened->dentry, buffer, size);
}

static int find_by_table(const char *name, struct proc_node *ret)
{
	struct source_pid_file file;

	/* Not every kernel has every file. */
	if (!source_pid_file(ret->thread, name, &file))
		return -ENOENT;
	ret->mode = file.mode;
	ret->operations = file.operations;
	ret->op = file.op;
	ret->link = S_ISLNK(file.mode) ? read_link : NULL;
	ret->directory = NULL;
	return 0;
}

static int find_in_process(const char *name, struct proc_node *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return find_by_table(name, ret);
	if (!ret->thread && !proc_find_entry(threads_entry, name, ret))
		return 0;
	return proc_find_entry(directories, name, ret);
}

static int list_process(const struct proc_node *node, struct proc_names *told)
{
	struct source_pid_file file;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (source_pid_file(node->thread, names[i], &file) &&
		    proc_tell(told, names[i], file.mode))
			return 0;
	if (!node->thread)
		proc_list_entries(threads_entry, told);
	return told->ended ? 0 : proc_list_entries(directories, told);
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
	node->entry = NULL;
	return 0;
}

/* --- task/ --------------------------------------------------------------- */

static int find_thread(const char *name, struct proc_node *ret)
{
	struct task_struct *process = ret->task;
	int number = proc_number(name);

	if (number < 0 || proc_find_process(number, ret) ||
	    !same_thread_group(process, ret->task))
		return -ENOENT;
	ret->thread = true;
	return 0;
}

static int list_threads(const struct proc_node *node, struct proc_names *names)
{
	struct task_struct *thread = source_first_thread(node->pid);
	char name[16];

	for (; thread; thread = source_next_thread(thread)) {
		pid_t number = task_pid_nr_ns(thread, &init_pid_ns);

		/* It has just ended. */
		if (!number)
			continue;
		snprintf(name, sizeof(name), "%d", number);
		if (proc_tell(names, name, S_IFDIR))
			break;
	}
	return 0;
}

const struct proc_directory proc_threads_directory = {
	.find = find_thread,
	.list = list_threads,
};

/* --- fd/ and fdinfo/ ----------------------------------------------------- */

static int find_descriptor(const char *name, struct proc_node *ret)
{
	int number = proc_number(name);
	umode_t mode;

	if (number < 0 || !source_descriptor_mode(ret->task, number, &mode))
		return -ENOENT;
	ret->mode = mode;
	ret->fd = number;
	ret->op = source_descriptor_link();
	ret->link = read_link;
	ret->directory = NULL;
	ret->entry = NULL;
	return 0;
}

static int find_information(const char *name, struct proc_node *ret)
{
	int status = find_descriptor(name, ret);

	ret->mode = S_IFREG | 0444;
	ret->operations = source_descriptor_information();
	ret->link = NULL;
	return status;
}

struct listing {
	struct dir_context context;
	struct proc_names *names;
	umode_t mode;
};

static bool tell_descriptor(struct dir_context *context, const char *name,
			    int length, loff_t position, u64 inode,
			    unsigned int type)
{
	struct listing *listing =
		container_of(context, struct listing, context);
	char copy[16];

	if (length < 0 || length >= (int)sizeof(copy))
		return true;
	memcpy(copy, name, length);
	copy[length] = '\0';
	return !proc_tell(listing->names, copy, listing->mode);
}

static int list_files(const struct proc_node *node, struct proc_names *names,
		      umode_t mode)
{
	struct proc_opened *opened = proc_open_node(node);
	struct listing listing = {
		.context.actor = tell_descriptor,
		.names = names,
		.mode = mode,
	};

	if (!opened)
		return -ENOMEM;
	return source_list_descriptors(&opened->file, &listing.context);
}

static int list_descriptors(const struct proc_node *node,
			    struct proc_names *names)
{
	return list_files(node, names, S_IFLNK);
}

static int list_information(const struct proc_node *node,
			    struct proc_names *names)
{
	return list_files(node, names, S_IFREG);
}

const struct proc_directory proc_descriptors_directory = {
	.find = find_descriptor,
	.list = list_descriptors,
};

const struct proc_directory proc_information_directory = {
	.find = find_information,
	.list = list_information,
};

/* --- ns/ ----------------------------------------------------------------- */

static int find_namespace(const char *name, struct proc_node *ret)
{
	const struct proc_ns_operations *operations;

	for (unsigned int i = 0; (operations = source_namespace(i)); i++) {
		if (strcmp(operations->name, name) != 0)
			continue;
		ret->mode = S_IFLNK | 0777;
		ret->namespace = operations;
		ret->link = read_link;
		ret->directory = NULL;
		ret->entry = NULL;
		return 0;
	}
	return -ENOENT;
}

static int list_namespaces(const struct proc_node *node,
			   struct proc_names *names)
{
	const struct proc_ns_operations *operations;
	char name[32];

	for (unsigned int i = 0; (operations = source_namespace(i)); i++) {
		strscpy(name, operations->name, sizeof(name));
		if (proc_tell(names, name, S_IFLNK))
			break;
	}
	return 0;
}

const struct proc_directory proc_namespaces_directory = {
	.find = find_namespace,
	.list = list_namespaces,
};
