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

/* Not every kernel has every variable. */
static bool is_there(const struct proc_entry *entry)
{
	return entry->variable || !entry->size;
}

int proc_find_entry(const struct proc_entry *entries, const char *name,
		    struct proc_node *ret)
{
	for (const struct proc_entry *entry = entries; entry->name; entry++) {
		if (strcmp(entry->name, name) != 0 || !is_there(entry))
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
		if (is_there(entry) &&
		    proc_tell(names, entry->name, mode_of(entry)))
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

/* The kernel keeps processes by their numbers in a tree, so many to a node. */
#define NODE_SIZE 64

/* Nodes in a row that cannot be had: the tree is none. */
#define MAX_TORN 64

struct walk {
	struct proc_names *names;
	int number;
	struct pid *pid;
};

static long find_next(void *context)
{
	struct walk *walk = context;

	walk->pid = source_next_pid(&walk->number);
	return 0;
}

static long tell_process(void *context)
{
	struct walk *walk = context;
	char name[16];

	/* A thread, or nobody any more. */
	if (!pid_task(walk->pid, PIDTYPE_TGID))
		return 0;
	snprintf(name, sizeof(name), "%d", walk->number);
	return proc_tell(walk->names, name, S_IFDIR);
}

/* A process that cannot be had is missing, and so are those of a torn node. */
static int list_processes(struct proc_names *names)
{
	struct walk walk = {.names = names, .number = 1};
	unsigned int torn = 0;
	char name[16];

	while (!names->ended && walk.number > 0 && torn < MAX_TORN) {
		if (proc_attempt(names->faults, NULL, find_next, &walk)) {
			walk.number = (walk.number | (NODE_SIZE - 1)) + 1;
			torn++;
			continue;
		}
		if (!walk.pid)
			return torn ? -EIO : 0;
		snprintf(name, sizeof(name), "%d", walk.number);
		proc_attempt(names->faults, name, tell_process, &walk);
		walk.number++;
	}
	return torn ? -EIO : 0;
}

static int list_root(const struct proc_node *node, struct proc_names *names)
{
	proc_list_entries(proc_system_entries, names);
	/* Who lists processes looks at them; one by one, each costs a call. */
	proc_read_ahead();
	return list_processes(names);
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

/* Of one file or directory; a hostile kernel can have any number made. */
#define MAX_LINES 16

static void say(struct proc_faults *faults, const char *below,
		const struct fathom_fault *fault)
{
	char report[512];

	if (faults->count++ >= MAX_LINES)
		return;
	fathom_fault_format(fault, report, sizeof(report));
	fprintf(stderr, "fathom: /proc/%s%s%s: %s\n", faults->path,
		below && faults->path[0] ? "/" : "", below ? below : "",
		report);
}

/* Of the answer that was given last. */
static bool waits;

int fathom_proc_waits(void)
{
	return waits;
}

long proc_attempt(struct proc_faults *faults, const char *below,
		  long (*work)(void *context), void *context)
{
	volatile long status = -EIO;

	fathom_try
	{
		status = work(context);
	}
	fathom_catch(fault)
	{
		waits |= fault->reason == FATHOM_FAULT_LOOP;
		say(faults, below, fault);
	}
	return status;
}

/* CPU time, in seconds: far more than any file takes, kallsyms included. */
#define TIME_LIMIT 10

static void begin_time(void)
{
	static unsigned int milliseconds;
	const char *text;

	if (!milliseconds) {
		text = getenv("FATHOM_TIME_LIMIT");
		milliseconds = text ? strtoul(text, NULL, 10) * 1000 : 0;
		if (!milliseconds)
			milliseconds = TIME_LIMIT * 1000;
	}
	fathom_limit_time(milliseconds);
}

long proc_answer(struct proc_faults *faults, long (*work)(void *context),
		 void *context)
{
	long status;

	waits = false;
	begin_time();
	fathom_catch_crashes();
	fathom_mark_writes();
	status = proc_attempt(faults, NULL, work, context);
	/* Where a fault has ended it, locks are taken and counts raised. */
	fathom_discard_writes();
	if (faults->count > MAX_LINES)
		fprintf(stderr, "fathom: /proc/%s: and %u more faults\n",
			faults->path, faults->count - MAX_LINES);
	source_release_memory();
	return status;
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

/* --- What is asked for ---------------------------------------------------- */

struct lookup {
	const char *path;
	struct fathom_proc_attributes *ret;
};

static long lookup(void *context)
{
	const struct lookup *lookup = context;
	struct proc_node node;
	int status = proc_find(lookup->path, &node);

	if (!status)
		describe(lookup->path, &node, lookup->ret);
	return status;
}

int fathom_proc_lookup(const char *path, struct fathom_proc_attributes *ret)
{
	struct proc_faults faults = {.path = path};
	struct lookup context = {path, ret};

	return proc_answer(&faults, lookup, &context);
}

static long list(void *context)
{
	struct proc_names *names = context;
	struct proc_node node;
	int status = proc_find(names->faults->path, &node);

	if (status)
		return status;
	return node.directory ? node.directory->list(&node, names) : -ENOTDIR;
}

int fathom_proc_list(const char *path,
		     int (*emit)(void *context, const char *name,
				 enum fathom_proc_kind kind),
		     void *context)
{
	struct proc_faults faults = {.path = path};
	struct proc_names names = {
		.emit = emit, .context = context, .faults = &faults};

	return proc_answer(&faults, list, &names);
}

struct printing {
	struct proc_faults faults;
	struct fathom_proc_attributes *attributes;
	struct proc_node node;
	int (*emit)(void *context, const void *bytes, unsigned long size);
	void *context;
};

static long describe_printed(void *context)
{
	const struct printing *printing = context;

	describe(printing->faults.path, &printing->node, printing->attributes);
	return 0;
}

static long print(void *context)
{
	struct printing *printing = context;
	struct proc_node *node = &printing->node;
	int status = proc_find(printing->faults.path, node);

	if (status)
		return status;
	if (S_ISDIR(node->mode))
		return -EISDIR;
	if (S_ISLNK(node->mode))
		return -EINVAL;
	status = proc_print(node, &printing->faults, printing->emit,
			    printing->context);
	/* What was printed stays good without. */
	if (printing->attributes)
		proc_attempt(&printing->faults, NULL, describe_printed,
			     printing);
	return status;
}

int fathom_proc_print(const char *path,
		      struct fathom_proc_attributes *attributes,
		      int (*emit)(void *context, const void *bytes,
				  unsigned long size),
		      void *context)
{
	struct printing printing = {
		.faults.path = path,
		.attributes = attributes,
		.emit = emit,
		.context = context,
	};

	if (attributes)
		memset(attributes, 0, sizeof(*attributes));
	return proc_answer(&printing.faults, print, &printing);
}

struct reading {
	const char *path;
	char *buffer;
	unsigned long size;
};

static long read_link(void *context)
{
	const struct reading *reading = context;
	struct proc_node node;
	int status = proc_find(reading->path, &node);

	if (status)
		return status;
	return node.link ? node.link(&node, reading->buffer, reading->size)
			 : -EINVAL;
}

long fathom_proc_read_link(const char *path, char *buffer, unsigned long size)
{
	struct proc_faults faults = {.path = path};
	struct reading reading = {path, buffer, size};

	return proc_answer(&faults, read_link, &reading);
}

static long has_task(void *context)
{
	const int *number = context;

	return find_task_by_pid_ns(*number, &init_pid_ns) ? 0 : -ESRCH;
}

int fathom_proc_has_task(int number)
{
	struct proc_faults faults = {.path = ""};

	return number <= 0 ? -ESRCH : proc_answer(&faults, has_task, &number);
}

static long has_group(void *context)
{
	const int *number = context;
	struct pid *pid = find_pid_ns(*number, &init_pid_ns);

	return pid && !hlist_empty(&pid->tasks[PIDTYPE_PGID]) ? 0 : -ESRCH;
}

int fathom_proc_has_group(int number)
{
	struct proc_faults faults = {.path = ""};

	return number <= 0 ? -ESRCH : proc_answer(&faults, has_group, &number);
}

static long refresh(void *context)
{
	fathom_refresh();
	return 0;
}

int fathom_proc_refresh(void)
{
	struct proc_faults faults = {.path = ""};

	return proc_answer(&faults, refresh, NULL);
}
