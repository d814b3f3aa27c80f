// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* What a file system prints of itself is asked for by way of fathom-proc.h. */
struct dentry;
struct seq_file;
int source_show_options(struct seq_file *m, struct dentry *dentry);
int source_show_device(struct seq_file *m, struct dentry *dentry,
		       const char *mounted);

#define show_options(m, dentry) \
	show_options ? source_show_options(m, dentry) : 0
#define show_devname(m, dentry) \
	show_devname ? source_show_device(m, dentry, r->mnt_devname) : 0
#include <fs/proc_namespace.c>

#include "fathom-proc.h"
