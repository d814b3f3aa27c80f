// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* What links of a process lead to: the kernel finds the file, not its name. */
#include "files.h"

#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/magic.h>

static void describe(const struct inode *inode, struct fathom_proc_file *ret)
{
	dev_t device = inode->i_sb->s_dev;
	umode_t mode = inode->i_mode;

#ifdef PID_FS_MAGIC
	/* As pidfs_getattr(): descriptors of processes are of no type. */
	if (inode->i_sb->s_magic == PID_FS_MAGIC)
		mode &= ~S_IFMT;
#endif
	*ret = (struct fathom_proc_file){
		.mode = mode,
		.uid = __kuid_val(inode->i_uid),
		.gid = __kgid_val(inode->i_gid),
		.links = inode->i_nlink,
		.inode = inode->i_ino,
		.size = inode->i_size,
		.blocks = inode->i_blocks,
		.device_major = MAJOR(device),
		.device_minor = MINOR(device),
		.special_major = MAJOR(inode->i_rdev),
		.special_minor = MINOR(inode->i_rdev),
	};
}

static int follow(const struct proc_node *node, struct fathom_proc_file *ret)
{
	struct proc_opened *opened;
	struct path path;
	int status;

	/* Namespaces are files of a kind that the kernel makes on demand. */
	if (!node->link || node->namespace || !node->op.proc_get_link)
		return -EINVAL;
	opened = proc_open_node(node);
	if (!opened)
		return -ENOMEM;
	status = node->op.proc_get_link(&opened->dentry, &path, node->task);
	if (!status)
		describe(d_inode(path.dentry), ret);
	return status;
}

struct following {
	const char *path;
	struct fathom_proc_file *ret;
};

static long find_and_follow(void *context)
{
	const struct following *following = context;
	struct proc_node node;
	int status = proc_find(following->path, &node);

	return status ? status : follow(&node, following->ret);
}

int fathom_proc_follow(const char *path, struct fathom_proc_file *ret)
{
	struct proc_faults faults = {.path = path};
	struct following following = {path, ret};

	return proc_answer(&faults, find_and_follow, &following);
}
