/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What is mounted, as init sees it: the same lines, in the same order, as
 * /proc/1/mounts. Device, directory, type, options, and two zeros.
 *
 * Of the options that only a filesystem itself knows, those of tmpfs (and so
 * of devtmpfs and rootfs) and of devpts are printed.
 */
#include <fathom/ids.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/idr.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/ns_common.h>
#include <linux/nsproxy.h>
#include <linux/rbtree.h>
#include <linux/sched/signal.h>
#include <linux/shmem_fs.h>
#include <uapi/linux/mount.h>

/* Mounts are in a tree by ID since there is statmount(2), else in a list. */
#ifdef STATMOUNT_SB_BASIC
#define MOUNTS_IN_TREE
#endif

/* The beginning of both, from fs/mount.h: headers packages lack it. */
struct mount {
	struct hlist_node mnt_hash;
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	union {
#ifdef MOUNTS_IN_TREE
		struct rb_node mnt_node;
#endif
		struct rcu_head mnt_rcu;
		struct llist_node mnt_llist;
	};
	struct mnt_pcp __percpu *mnt_pcp;
	struct list_head mnt_mounts;
	struct list_head mnt_child;
	struct list_head mnt_instance;
	const char *mnt_devname;
	struct list_head mnt_list;
};

struct mnt_namespace {
	struct ns_common ns;
	struct mount *root;
#ifdef MOUNTS_IN_TREE
	struct rb_root mounts;
#else
	struct list_head list;
#endif
};

/* Print a string with the characters of @special as octal numbers. */
static void print_escaped(const char *string, const char *special)
{
	unsigned char c;

	for (; (c = *string); string++) {
		if (strchr(special, c))
			printf("\\%03o", c);
		else
			putchar(c);
	}
}

/*
 * Path of the mount's root as seen from @root, built from its end in @buffer;
 * NULL if it cannot be reached from there.
 */
static char *path_of(struct mount *mount, const struct path *root, char *buffer,
		     size_t size)
{
	struct dentry *dentry = mount->mnt.mnt_root;
	char *path = buffer + size - 1;

	*path = '\0';
	while (&mount->mnt != root->mnt || dentry != root->dentry) {
		size_t length;

		if (dentry == mount->mnt.mnt_root) {
			if (mount->mnt_parent == mount)
				return NULL;
			dentry = mount->mnt_mountpoint;
			mount = mount->mnt_parent;
			continue;
		}
		if (dentry == dentry->d_parent)
			return NULL;
		length = dentry->d_name.len;
		if (length >= (size_t)(path - buffer))
			return NULL;
		path -= length;
		memcpy(path, dentry->d_name.name, length);
		*--path = '/';
		dentry = dentry->d_parent;
	}
	if (!*path)
		*--path = '/';
	return path;
}

struct option {
	unsigned long flag;
	const char *text;
};

static void print_options(unsigned long flags, const struct option *options)
{
	for (; options->text; options++)
		if (flags & options->flag)
			printf(",%s", options->text);
}

/* shmem_show_options() of mm/shmem.c. */
static void print_tmpfs_options(struct super_block *sb)
{
	const struct shmem_sb_info *info = sb->s_fs_info;
	unsigned long half = totalram_pages() / 2;

	if (info->max_blocks != half)
		printf(",size=%luk", info->max_blocks << (PAGE_SHIFT - 10));
	if (info->max_inodes != half)
		printf(",nr_inodes=%lu", info->max_inodes);
	if (info->mode != (0777 | S_ISVTX))
		printf(",mode=%03o", info->mode);
	if (__kuid_val(info->uid))
		printf(",uid=%u", __kuid_val(info->uid));
	if (__kgid_val(info->gid))
		printf(",gid=%u", __kgid_val(info->gid));
	if (IS_ENABLED(CONFIG_TMPFS_INODE64) || info->full_inums)
		printf(",inode%d", info->full_inums ? 64 : 32);
}

/* From fs/devpts/inode.c: headers packages lack both. */
struct pts_mount_opts {
	int setuid;
	int setgid;
	kuid_t uid;
	kgid_t gid;
	umode_t mode;
	umode_t ptmxmode;
	int reserve;
	int max;
};

struct pts_fs_info {
	struct ida allocated_ptys;
	struct pts_mount_opts mount_opts;
};

#define NR_UNIX98_PTY_MAX (1 << MINORBITS)

/* devpts_show_options() of fs/devpts/inode.c. */
static void print_devpts_options(struct super_block *sb)
{
	const struct pts_fs_info *info = sb->s_fs_info;
	const struct pts_mount_opts *opts = &info->mount_opts;

	if (opts->setuid)
		printf(",uid=%u", __kuid_val(opts->uid));
	if (opts->setgid)
		printf(",gid=%u", __kgid_val(opts->gid));
	printf(",mode=%03o,ptmxmode=%03o", opts->mode, opts->ptmxmode);
	if (opts->max < NR_UNIX98_PTY_MAX)
		printf(",max=%d", opts->max);
}

/* Which filesystem it is, told by the function that would print them. */
static void print_private_options(struct super_block *sb)
{
	const char *show = fathom_symbol_name(sb->s_op->show_options);

	if (show && !strcmp(show, "shmem_show_options"))
		print_tmpfs_options(sb);
	else if (show && !strcmp(show, "devpts_show_options"))
		print_devpts_options(sb);
}

static void print_mount(struct mount *mount, const struct path *root)
{
	static const struct option sb_options[] = {
		{SB_SYNCHRONOUS, "sync"},
		{SB_DIRSYNC, "dirsync"},
		{SB_LAZYTIME, "lazytime"},
		{},
	};
	static const struct option mount_options[] = {
		{MNT_NOSUID, "nosuid"},		  {MNT_NODEV, "nodev"},
		{MNT_NOEXEC, "noexec"},		  {MNT_NOATIME, "noatime"},
		{MNT_NODIRATIME, "nodiratime"},	  {MNT_RELATIME, "relatime"},
		{MNT_NOSYMFOLLOW, "nosymfollow"}, {},
	};
	struct super_block *sb = mount->mnt.mnt_sb;
	char buffer[PATH_MAX];
	const char *path = path_of(mount, root, buffer, sizeof(buffer));

	if (!path)
		return;
	print_escaped(mount->mnt_devname ? mount->mnt_devname : "none",
		      " \t\n\\#");
	putchar(' ');
	print_escaped(path, " \t\n\\");
	putchar(' ');
	print_escaped(sb->s_type->name, " \t\n\\#");
	if (sb->s_subtype) {
		putchar('.');
		print_escaped(sb->s_subtype, " \t\n\\#");
	}
	printf(mount->mnt.mnt_flags & MNT_READONLY || sb_rdonly(sb) ? " ro"
								    : " rw");
	print_options(sb->s_flags, sb_options);
	print_options(mount->mnt.mnt_flags, mount_options);
	print_private_options(sb);
	puts(" 0 0");
}

#ifdef MOUNTS_IN_TREE
static void print_mounts(struct mnt_namespace *ns, const struct path *root)
{
	struct rb_node *node;

	for (node = rb_first(&ns->mounts); node; node = rb_next(node))
		print_mount(rb_entry(node, struct mount, mnt_node), root);
}
#else
static void print_mounts(struct mnt_namespace *ns, const struct path *root)
{
	struct mount *mount;

	list_for_each_entry (mount, &ns->list, mnt_list)
		if (!(mount->mnt.mnt_flags & MNT_CURSOR))
			print_mount(mount, root);
}
#endif

int main(void)
{
	struct task_struct *p;

	for_each_process (p) {
		if (p->pid != 1)
			continue;
		print_mounts(p->nsproxy->mnt_ns, &p->fs->root);
		return 0;
	}
	fprintf(stderr, "mounts: there is no process 1\n");
	return 1;
}
