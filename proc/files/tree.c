// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* From a path to a node, and what fathom/proc.h promises. */
#include "files.h"

#include <linux/uidgid.h>
#include <net/net_namespace.h>

int proc_tell(struct proc_names *names, const char *name, umode_t mode)
{
	enum fathom_proc_kind kind = FATHOM_PROC_FILE;

	if (S_ISDIR(mode))
		kind = FATHOM_PROC_DIRECTORY;
	else if (S_ISLNK(mode))
		kind = FATHOM_PROC_LINK;
	names->ended = names->emit(names->context, name, kind);
	return names->ended;
}

int proc_number(const char *name)
{
	long number = 0;

	/* No sign, no zero in front: each has one name. */
	if (!name[0] || (name[0] == '0' && name[1]))
		return -1;
	for (; *name; name++) {
		if (*name < '0' || *name > '9')
			return -1;
		number = number * 10 + (*name - '0');
		if (number > INT_MAX)
			return -1;
	}
	return number;
}

static umode_t mode_of(const struct proc_entry *entry)
{
	if (entry->entries || entry->directory)
		return S_IFDIR | entry->mode;
	return (entry->link ? S_IFLNK : S_IFREG) | entry->mode;
}

int proc_find_entry(const struct proc_entry *entries, const char *name,
		    struct proc_node *ret)
{
	for (const struct proc_entry *entry = entries; entry->name; entry++) {
		if (strcmp(entry->name, name) != 0)
			continue;
		ret->entry = entry;
		ret->mode = mode_of(entry);
		ret->link = entry->link;
		ret->directory = entry->entries ? &proc_table_directory
						: entry->directory;
		return 0;
	}
	return -ENOENT;
}

int proc_list_entries(const struct proc_entry *entries,
		      struct proc_names *names)
{
	for (const struct proc_entry *entry = entries; entry->name; entry++)
		if (proc_tell(names, entry->name, mode_of(entry)))
			return 0;
	return 0;
}

static int find_in_table(const char *name, struct proc_node *ret)
{
	return proc_find_entry(ret->entry->entries, name, ret);
}

static int list_table(const struct proc_node *node, struct proc_names *names)
{
	return proc_list_entries(node->entry->entries, names);
}

const struct proc_directory proc_table_directory = {
	.find = find_in_table,
	.list = list_table,
};

static int find_in_root(const char *name, struct proc_node *ret)
{
	int number = proc_number(name);

	if (number >= 0)
		return proc_find_process(number, ret);
	return proc_find_entry(proc_system_entries, name, ret);
}

static int list_root(const struct proc_node *node, struct proc_names *names)
{
	unsigned int number = 1;
	char name[16];

	proc_list_entries(proc_system_entries, names);
	/* Even their numbers cost a call each; and who lists them looks at
	 * them. */
	proc_read_ahead();
	while (!names->ended && source_next_process(&number)) {
		snprintf(name, sizeof(name), "%u", number);
		proc_tell(names, name, S_IFDIR);
		number++;
	}
	return 0;
}

const struct proc_directory proc_root_directory = {
	.find = find_in_root,
	.list = list_root,
};

/* The next name of a path; NULL at its end or if it is none of a path's. */
static const char *next_name(const char *path, char *name)
{
	size_t length = strcspn(path, "/");

	if (!length || length > PROC_NAME_LIMIT)
		return NULL;
	memcpy(name, path, length);
	name[length] = '\0';
	path += length;
	/* A slash leads to another name. */
	if (path[0] == '/' && !path[1])
		return NULL;
	return path + (path[0] == '/');
}

int proc_find(const char *path, struct proc_node *ret)
{
	char name[PROC_NAME_LIMIT + 1];
	int status = 0;

	*ret = (struct proc_node){
		.mode = S_IFDIR | 0555,
		.directory = &proc_root_directory,
		.net = &init_net,
	};
	while (*path && !status) {
		path = next_name(path, name);
		if (!path)
			return -ENOENT;
		if (!S_ISDIR(ret->mode))
			return -ENOTDIR;
		status = ret->directory->find(name, ret);
	}
	return status;
}

/* Far more than any file takes, kallsyms included. */
#define FILE_SECONDS 10

void proc_begin(void)
{
	static unsigned int milliseconds;

	if (!milliseconds) {
		const char *text = getenv("FATHOM_TIME_LIMIT");

		milliseconds = text ? strtoul(text, NULL, 10) * 1000 : 0;
		if (!milliseconds)
			milliseconds = FILE_SECONDS * 1000;
	}
	fathom_limit_time(milliseconds);
}

int proc_complain(const char *path, const struct fathom_fault *fault)
{
	char report[512];

	fathom_fault_format(fault, report, sizeof(report));
	fprintf(stderr, "fathom: /proc/%s: %s\n", path, report);
	return -EIO;
}

/* Stable, and of no use but to tell files apart. */
static unsigned long long inode_of(const char *path)
{
	unsigned long long hash = 0xcbf29ce484222325;

	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * 0x100000001b3;
	return hash >> 16 | 1;
}

static void describe(const char *path, const struct proc_node *node,
		     struct fathom_proc_attributes *ret)
{
	kuid_t uid = GLOBAL_ROOT_UID;
	kgid_t gid = GLOBAL_ROOT_GID;

	if (node->task)
		task_dump_owner(node->task, node->mode, &uid, &gid);
	*ret = (struct fathom_proc_attributes){
		.mode = node->mode & 07777,
		.uid = __kuid_val(uid),
		.gid = __kgid_val(gid),
		.links = S_ISDIR(node->mode) ? 2 : 1,
		.inode = inode_of(path),
	};
	if (S_ISDIR(node->mode))
		ret->kind = FATHOM_PROC_DIRECTORY;
	else if (S_ISLNK(node->mode))
		ret->kind = FATHOM_PROC_LINK;
	else
		ret->kind = FATHOM_PROC_FILE;
}

int fathom_proc_lookup(const char *path, struct fathom_proc_attributes *ret)
{
	volatile int status = -EIO;
	struct proc_node node;

	proc_begin();
	fathom_try
	{
		status = proc_find(path, &node);
		if (!status)
			describe(path, &node, ret);
	}
	fathom_catch(fault)
	{
		status = proc_complain(path, fault);
	}
	source_release_memory();
	return status;
}

int fathom_proc_list(const char *path,
		     int (*emit)(void *context, const char *name,
				 enum fathom_proc_kind kind),
		     void *context)
{
	struct proc_names names = {.emit = emit, .context = context};
	volatile int status = -EIO;
	struct proc_node node;

	proc_begin();
	fathom_try
	{
		status = proc_find(path, &node);
		if (!status)
			status = node.directory
					 ? node.directory->list(&node, &names)
					 : -ENOTDIR;
	}
	fathom_catch(fault)
	{
		status = proc_complain(path, fault);
	}
	source_release_memory();
	return status;
}

int fathom_proc_print(const char *path,
		      int (*emit)(void *context, const void *bytes,
				  unsigned long size),
		      void *context)
{
	volatile int status = -EIO;
	struct proc_node node;

	proc_begin();
	fathom_try
	{
		status = proc_find(path, &node);
		if (!status && S_ISDIR(node.mode))
			status = -EISDIR;
		if (!status && S_ISLNK(node.mode))
			status = -EINVAL;
		if (!status)
			status = proc_print(&node, emit, context);
	}
	fathom_catch(fault)
	{
		status = proc_complain(path, fault);
	}
	source_release_memory();
	return status;
}

long fathom_proc_read_link(const char *path, char *buffer, unsigned long size)
{
	volatile long status = -EIO;
	struct proc_node node;

	proc_begin();
	fathom_try
	{
		status = proc_find(path, &node);
		if (!status)
			status = node.link ? node.link(&node, buffer, size)
					   : -EINVAL;
	}
	fathom_catch(fault)
	{
		status = proc_complain(path, fault);
	}
	source_release_memory();
	return status;
}

int fathom_proc_has_task(int number)
{
	volatile int status = -ESRCH;

	if (number <= 0)
		return -ESRCH;
	proc_begin();
	fathom_try
	{
		if (find_task_by_pid_ns(number, &init_pid_ns))
			status = 0;
	}
	fathom_catch(fault)
	{
		status = proc_complain("", fault);
	}
	source_release_memory();
	return status;
}

int fathom_proc_refresh(void)
{
	volatile int status = 0;

	proc_begin();
	fathom_try
	{
		fathom_refresh();
	}
	fathom_catch(fault)
	{
		status = proc_complain("", fault);
	}
	return status;
}
