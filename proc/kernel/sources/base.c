// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* The kernel's table of the files of a process, and how it finds processes. */
#include <fs/proc/base.c>

#include "fathom-proc.h"

static bool find(const struct pid_entry *entries, size_t count,
		 const char *name, struct source_pid_file *ret)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < count; i++) {
		if (entries[i].len != length ||
		    memcmp(entries[i].name, name, length) != 0)
			continue;
		ret->mode = entries[i].mode;
		ret->operations = entries[i].fop;
		ret->op = entries[i].op;
		return true;
	}
	return false;
}

bool source_pid_file(bool thread, const char *name, struct source_pid_file *ret)
{
	if (thread)
		return find(tid_base_stuff, ARRAY_SIZE(tid_base_stuff), name,
			    ret);
	return find(tgid_base_stuff, ARRAY_SIZE(tgid_base_stuff), name, ret);
}

/*
 * The kernel's next_tgid() looks at whom it finds as well; a fault there would
 * not tell the one whose number that is from those that come after.
 */
struct pid *source_next_pid(int *number)
{
	return idr_get_next(&init_pid_ns.idr, number);
}

struct task_struct *source_first_thread(struct pid *process)
{
	return first_tid(process, 0, 0, &init_pid_ns);
}

struct task_struct *source_next_thread(struct task_struct *thread)
{
	return next_tid(thread);
}

int source_pid_link(struct dentry *dentry, char *buffer, int size)
{
	return proc_pid_readlink(dentry, (char __user *)buffer, size);
}
