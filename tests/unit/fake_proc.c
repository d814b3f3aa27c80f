/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * A /proc that is made up, in place of one made from a target's memory: two
 * processes and a thread, and what a hostile kernel could have put there.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/proc.h>

/* In the policy; only GNU's headers name it. */
#define RESET_ON_FORK 0x40000000

/* As many as kallsyms has. */
#define HUGE_SIZE (20UL << 20)

struct node {
	const char *path;
	enum fathom_proc_kind kind;
	unsigned int mode;
	unsigned int uid;
	const char *content; /* of a file, or where a link leads */
};

static unsigned int epoch;

/* The picture from which on the kernel is done with changing 300/changing. */
#define DONE_CHANGING 3
static int waits;

/* As long as a path of the kernel may be, nearly. */
#define TEXT_50 "12345678901234567890123456789012345678901234567890"
#define TEXT_500                                                        \
	TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50 TEXT_50 \
		TEXT_50 TEXT_50
static const char long_link[] =
	TEXT_500 TEXT_500 TEXT_500 TEXT_500 TEXT_500 TEXT_500 TEXT_500 TEXT_500;

#define STAT(pid, name, parent)                                               \
	#pid " (" name ") S " #parent " 7 5 34816 0 4194560 0 0 0 0 0 0 0 0 " \
	     "20 -3 1 0 12 0 0 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 " \
	     "17 0 9 1 0 0 0\n"

static const struct node nodes[] = {
	{"", FATHOM_PROC_DIRECTORY, 0555, 0, NULL},
	{"1", FATHOM_PROC_DIRECTORY, 0555, 0, NULL},
	{"1/stat", FATHOM_PROC_FILE, 0444, 0, STAT(1, "init", 0)},
	{"1/status", FATHOM_PROC_FILE, 0444, 0,
	 "Name:\tinit\nCpus_allowed:\t3\n"},
	{"1/environ", FATHOM_PROC_FILE, 0400, 0, "SECRET=1"},
	{"1/mounts", FATHOM_PROC_FILE, 0444, 0, "target / ext4 rw 0 0\n"},
	{"1/exe", FATHOM_PROC_LINK, 0777, 0, "/etc/passwd"},
	{"1/net", FATHOM_PROC_DIRECTORY, 0555, 0, NULL},
	{"1/net/tcp", FATHOM_PROC_FILE, 0444, 0, "  sl  local_address\n"},
	{"1/task", FATHOM_PROC_DIRECTORY, 0555, 0, NULL},
	{"1/task/1", FATHOM_PROC_DIRECTORY, 0555, 0, NULL},
	{"1/task/1/comm", FATHOM_PROC_FILE, 0644, 0, "init\n"},
	{"300", FATHOM_PROC_DIRECTORY, 0555, 1000, NULL},
	{"300/stat", FATHOM_PROC_FILE, 0444, 1000, STAT(300, "a) R (b", 1)},
	{"300/cwd", FATHOM_PROC_LINK, 0777, 1000, "../../../etc"},
	{"300/exe", FATHOM_PROC_LINK, 0777, 1000, NULL},
	{"300/root", FATHOM_PROC_LINK, 0777, 1000, "odd\n\033[31m (deleted)"},
	{"300/broken", FATHOM_PROC_FILE, 0444, 1000, NULL},
	{"300/lost", FATHOM_PROC_FILE, 0444, 1000, NULL},
	{"300/waits", FATHOM_PROC_DIRECTORY, 0555, 1000, NULL},
	{"300/waits/changing", FATHOM_PROC_FILE, 0444, 1000, "whole\n"},
	{"300/waits/for-ever", FATHOM_PROC_FILE, 0444, 1000, NULL},
	{"300/waits/changing-link", FATHOM_PROC_LINK, 0777, 1000, "/there"},
	{"mounts", FATHOM_PROC_LINK, 0777, 0, "self/mounts"},
	{"net", FATHOM_PROC_LINK, 0777, 0, "1/net"},
	{"modules", FATHOM_PROC_FILE, 0444, 0,
	 "dm_mod 184320 2 dm_crypt,dm_log, Live 0x0000000000000000\n"
	 "../x 4096 0 - Live 0x0000000000000000\n"
	 "dm_crypt 61440 0 - Live 0x0000000000000000\n"},
	{"huge", FATHOM_PROC_FILE, 0444, 0, NULL},
	{"epoch", FATHOM_PROC_FILE, 0444, 0, NULL},
	{"stat", FATHOM_PROC_FILE, 0444, 0,
	 "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\nbtime 5\n"},
	{"meminfo", FATHOM_PROC_FILE, 0444, 0,
	 "MemTotal: 123456 kB\nMemFree: 23456 kB\n"},
	{"uptime", FATHOM_PROC_FILE, 0444, 0, "4711.25 99.00\n"},
	{"deep", FATHOM_PROC_DIRECTORY, 0555, 0, NULL},
	{"hostile", FATHOM_PROC_DIRECTORY, 0555, 0, NULL},
	{"twice", FATHOM_PROC_DIRECTORY, 0555, 0, NULL},
	{"twice/1", FATHOM_PROC_FILE, 0444, 0, "first\n"},
	{"twice/2", FATHOM_PROC_LINK, 0777, 0, long_link},
	{"twice/1", FATHOM_PROC_DIRECTORY, 0555, 0, NULL},
	{"twice/3", FATHOM_PROC_FILE, 0444, 0, "last\n"},
	{"twice/3", FATHOM_PROC_FILE, 0444, 0, "last\n"},
};

#define NODE_COUNT (sizeof(nodes) / sizeof(nodes[0]))

static int is_deep(const char *path)
{
	return !strncmp(path, "deep", 4) && (!path[4] || path[4] == '/');
}

static const struct node *find(const char *path)
{
	static const struct node below = {"deep/deep", FATHOM_PROC_DIRECTORY,
					  0555, 0, NULL};
	size_t i;

	for (i = 0; i < NODE_COUNT; i++)
		if (!strcmp(nodes[i].path, path))
			return &nodes[i];
	return is_deep(path) ? &below : NULL;
}

int fathom_proc_lookup(const char *path, struct fathom_proc_attributes *ret)
{
	const struct node *node = find(path);

	waits = 0;
	if (!node)
		return -ENOENT;
	*ret = (struct fathom_proc_attributes){
		.kind = node->kind,
		.mode = node->mode,
		.uid = node->uid,
		.gid = node->uid,
		.links = 1,
		.inode = 4026531840ULL + (unsigned long)(node - nodes),
	};
	return 0;
}

static int list_hostile(int (*emit)(void *context, const char *name,
				    enum fathom_proc_kind kind),
			void *context)
{
	static const char *const names[] = {
		"",
		".",
		"..",
		"../x",
		"a/b",
		"/etc/passwd",
		"long-"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		"\033[2Jgone",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (emit(context, names[i], FATHOM_PROC_FILE))
			break;
	return 0;
}

int fathom_proc_list(const char *path,
		     int (*emit)(void *context, const char *name,
				 enum fathom_proc_kind kind),
		     void *context)
{
	const struct node *node = find(path);
	size_t length = strlen(path);
	size_t i;

	waits = 0;
	if (!node)
		return -ENOENT;
	if (node->kind != FATHOM_PROC_DIRECTORY)
		return -ENOTDIR;
	if (is_deep(path)) {
		emit(context, "deep", FATHOM_PROC_DIRECTORY);
		return 0;
	}
	if (!strcmp(path, "hostile"))
		return list_hostile(emit, context);
	for (i = 1; i < NODE_COUNT; i++) {
		const char *name = nodes[i].path;

		if (length &&
		    (strncmp(name, path, length) != 0 || name[length] != '/'))
			continue;
		name += length + (length != 0);
		if (!strchr(name, '/') && emit(context, name, nodes[i].kind))
			break;
	}
	return 0;
}

/* How often it was asked for is said: of each try, one line. */
static int is_waiting(const char *path)
{
	if (strncmp(path, "300/waits/", 10) != 0)
		return 0;
	fprintf(stderr, "asked for %s\n", path);
	return !strcmp(path, "300/waits/for-ever") || epoch < DONE_CHANGING;
}

int fathom_proc_waits(void)
{
	return waits;
}

static int print_huge(int (*emit)(void *context, const void *bytes,
				  unsigned long size),
		      void *context)
{
	static char bytes[4096];
	unsigned long done;

	for (done = 0; done < HUGE_SIZE; done += sizeof(bytes)) {
		memset(bytes, 'a' + (int)(done / sizeof(bytes) % 26),
		       sizeof(bytes));
		if (emit(context, bytes, sizeof(bytes)))
			break;
	}
	return 0;
}

/* As many modules as the environment says. */
static int print_modules(int (*emit)(void *context, const void *bytes,
				     unsigned long size),
			 void *context)
{
	int count = atoi(getenv("FAKE_MODULES"));
	char line[64];
	int i;

	for (i = 0; i < count; i++) {
		snprintf(line, sizeof(line),
			 "m%d 4096 1 a,b,c,d,e,f Live 0x0\n", i);
		emit(context, line, strlen(line));
	}
	return 0;
}

int fathom_proc_print(const char *path,
		      struct fathom_proc_attributes *attributes,
		      int (*emit)(void *context, const void *bytes,
				  unsigned long size),
		      void *context)
{
	const struct node *node = find(path);
	char text[32];

	waits = 0;
	if (!node)
		return -ENOENT;
	if (node->kind != FATHOM_PROC_FILE)
		return -EISDIR;
	if (attributes)
		fathom_proc_lookup(path, attributes);
	if (!strcmp(path, "huge"))
		return print_huge(emit, context);
	if (!strcmp(path, "modules") && getenv("FAKE_MODULES"))
		return print_modules(emit, context);
	if (!strcmp(path, "epoch")) {
		snprintf(text, sizeof(text), "%u\n", epoch);
		emit(context, text, strlen(text));
		return 0;
	}
	waits = is_waiting(path);
	if (!node->content || waits) {
		/* Half of it, or nothing, before it fails. */
		if (strcmp(path, "300/lost") != 0)
			emit(context, "half", 4);
		return -EIO;
	}
	emit(context, node->content, strlen(node->content));
	return 0;
}

long fathom_proc_read_link(const char *path, char *buffer, unsigned long size)
{
	const struct node *node = find(path);
	unsigned long length;

	waits = 0;
	if (!node || node->kind != FATHOM_PROC_LINK)
		return node ? -EINVAL : -ENOENT;
	/* As of a kernel thread. */
	if (!node->content)
		return -ENOENT;
	waits = is_waiting(path);
	if (waits)
		return -EIO;
	length = strlen(node->content);
	if (length > size)
		length = size;
	memcpy(buffer, node->content, length);
	return (long)length;
}

int fathom_proc_follow(const char *path, struct fathom_proc_file *ret)
{
	if (strcmp(path, "1/exe") != 0)
		return -ENOENT;
	*ret = (struct fathom_proc_file){
		.mode = 0100751,
		.uid = 33,
		.gid = 44,
		.links = 2,
		.inode = 4711,
		.size = 123456,
		.blocks = 248,
		.device_major = 254,
		.device_minor = 300,
	};
	return 0;
}

int fathom_proc_names(struct fathom_proc_names *ret)
{
	*ret = (struct fathom_proc_names){
		.sysname = "Linux",
		.nodename = "watched",
		.release = "6.1.0-fake",
		.version = "#1 SMP Fake",
		.machine = "x86_64",
		.domainname = "(none)",
	};
	return 0;
}

int fathom_proc_numbers(struct fathom_proc_numbers *ret)
{
	*ret = (struct fathom_proc_numbers){
		.uptime = 4711,
		.loads = {65536, 2 * 65536, 3 * 65536},
		.totalram = 123456UL << 10,
		.freeram = 23456UL << 10,
		.procs = 3,
	};
	return 0;
}

/* What the target does not say of them. */
#define UNREADABLE 666

int fathom_proc_has_task(int number)
{
	if (number == UNREADABLE)
		return -EIO;
	return number == 1 || number == 300 || number == 301 ? 0 : -ESRCH;
}

int fathom_proc_has_group(int number)
{
	if (number == UNREADABLE)
		return -EIO;
	return number == 1 || number == 300 ? 0 : -ESRCH;
}

int fathom_proc_schedule(int number, struct fathom_proc_schedule *ret)
{
	*ret = (struct fathom_proc_schedule){
		.policy = SCHED_RR | RESET_ON_FORK,
		.interval = 1100000000,
	};
	return fathom_proc_has_task(number);
}

int fathom_proc_refresh(void)
{
	epoch++;
	if (!getenv("FAKE_GONE"))
		return 0;
	fprintf(stderr, "asked anew\n");
	return -EIO;
}
