// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* Older kernels have no such file: kernel/fork.c does it there. */
#if __has_include(<fs/pidfs.c>)
#include <linux/seq_file.h>

#define pidfd_show_fdinfo source_show_pidfd
#include <fs/pidfs.c>
#undef pidfd_show_fdinfo

void pidfd_show_fdinfo(struct seq_file *m, struct file *file);

/*
 * The kernel asks whether a file is one of these by where its operations are.
 * Constants are part of this program: the target's are elsewhere.
 */
void pidfd_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct file copy = *file;

	copy.f_op = &pidfs_file_operations;
	source_show_pidfd(m, &copy);
}
#endif
