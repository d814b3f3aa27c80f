// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* Who lists descriptors gets their names only: there is no cache to fill. */
#define proc_fill_cache source_fill_cache
#include <fs/proc/fd.c>

#include "fathom-proc.h"

bool source_fill_cache(struct file *file, struct dir_context *context,
		       const char *name, unsigned int length,
		       instantiate_t instantiate, struct task_struct *task,
		       const void *data)
{
	return dir_emit(context, name, length, 1, DT_UNKNOWN);
}

int source_list_descriptors(struct file *directory, struct dir_context *context)
{
	/* The first two are "." and "..". */
	context->pos = 2;
	return proc_readfd_common(directory, context, proc_fd_instantiate);
}

bool source_descriptor_mode(struct task_struct *task, unsigned int number,
			    umode_t *ret)
{
	fmode_t mode;

	if (!tid_fd_mode(task, number, &mode))
		return false;
	*ret = S_IFLNK;
	if (mode & FMODE_READ)
		*ret |= 0500;
	if (mode & FMODE_WRITE)
		*ret |= 0300;
	return true;
}

union proc_op source_descriptor_link(void)
{
	return (union proc_op){.proc_get_link = proc_fd_link};
}

const struct file_operations *source_descriptor_information(void)
{
	return &proc_fdinfo_file_operations;
}
