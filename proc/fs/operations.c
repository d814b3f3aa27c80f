/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See operations.h.
 *
 * As in the kernel's own /proc, files have no size before they are read, and
 * what one opening reads is of one moment: it is printed when it is opened.
 */
#include "operations.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#include "own.h"
#include "tree.h"

/*
 * Names are looked up far more often than files are opened, and a program
 * that has listed a folder expects to find what was listed.
 */
#define LOOKUP_SECONDS 1

/* Of an entry in a listing, as libfuse has it; 0 would hide the entry. */
#define UNKNOWN_INODE 0xffffffff

/* Directories, files, links. */
static const mode_t type_of[] = {S_IFDIR, S_IFREG, S_IFLNK};

static struct fathomfs_view *view(void)
{
	return fuse_get_context()->private_data;
}

/* What somebody has open: one of the two. */
struct fathomfs_opened {
	struct fathomfs_opened *previous, *next;
	struct tree_bytes bytes;
	struct tree_list list;
};

/* NULL without memory. */
static struct fathomfs_opened *create_opened(void)
{
	struct fathomfs_opened *opened = calloc(1, sizeof(*opened));
	struct fathomfs_view *to = view();

	if (!opened)
		return NULL;
	opened->next = to->opened;
	if (to->opened)
		to->opened->previous = opened;
	to->opened = opened;
	return opened;
}

static void free_opened(struct fathomfs_opened *opened)
{
	tree_bytes_deinit(&opened->bytes);
	tree_list_deinit(&opened->list);
	free(opened);
}

static void destroy_opened(struct fathomfs_view *from,
			   struct fathomfs_opened *opened)
{
	if (opened->next)
		opened->next->previous = opened->previous;
	if (opened->previous)
		opened->previous->next = opened->next;
	else
		from->opened = opened->next;
	free_opened(opened);
}

static struct fathomfs_opened *find_opened(const struct fuse_file_info *file)
{
	return (void *)(uintptr_t)file->fh;
}

/* FUSE's paths begin with a slash. */
static const char *below_proc(const char *path)
{
	return path + (*path == '/');
}

static int refresh_for_lookup(void)
{
	double seconds = view()->refresh;

	return tree_refresh(seconds > LOOKUP_SECONDS ? seconds
						     : LOOKUP_SECONDS);
}

static bool is_self(const char *path)
{
	return !strcmp(path, "self") || !strcmp(path, "thread-self");
}

/* What others are mounted on. */
static bool find_place(const char *path, struct fathom_proc_attributes *ret)
{
	if (!view()->own_processes)
		return false;
	if (is_self(path))
		*ret = (struct fathom_proc_attributes){
			.kind = FATHOM_PROC_FILE, .mode = 0444, .links = 1};
	else if (!strcmp(path, FATHOMFS_OWN_PROC))
		*ret = (struct fathom_proc_attributes){
			.kind = FATHOM_PROC_DIRECTORY,
			.mode = 0555,
			.links = 2};
	else
		return false;
	return true;
}

static bool is_own(const char *path)
{
	return view()->own_processes && view()->own >= 0 &&
	       own_is_askers(view()->own, path, fuse_get_context()->pid);
}

static int lookup(const char *path, struct fathom_proc_attributes *ret)
{
	int status;

	if (find_place(path, ret))
		return 0;
	status = refresh_for_lookup();
	if (status)
		return status;
	return is_own(path) ? own_lookup(view()->own, path, ret)
			    : tree_lookup(path, ret);
}

static void *start(struct fuse_conn_info *connection,
		   struct fuse_config *config)
{
	/* Asking for each name's attributes is the reader's affair. */
	connection->want &= ~(FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO);
	config->use_ino = 1;
	config->direct_io = 1;
	config->entry_timeout = 0;
	config->attr_timeout = 0;
	config->negative_timeout = 0;
	return fuse_get_context()->private_data;
}

static int get_attributes(const char *path, struct stat *ret,
			  struct fuse_file_info *file)
{
	struct fathom_proc_attributes attributes = {};
	int status;

	(void)file;
	status = lookup(below_proc(path), &attributes);
	if (status)
		return status;
	*ret = (struct stat){
		.st_mode = type_of[attributes.kind % 3] |
			   (attributes.mode & 07777),
		.st_uid = attributes.uid,
		.st_gid = attributes.gid,
		.st_nlink = attributes.links,
		.st_ino = attributes.inode,
		.st_blksize = 1024,
	};
	clock_gettime(CLOCK_REALTIME, &ret->st_mtim);
	ret->st_atim = ret->st_ctim = ret->st_mtim;
	return 0;
}

/*
 * What waits for the target's kernel is asked for again, in a picture that is
 * that much younger than it might have been.
 */
static bool is_worth_another(struct tree_tries *tries)
{
	return tree_may_change() && tree_try_again(tries);
}

static int read_link(const char *path, char *buffer, size_t size)
{
	struct tree_tries tries = {};
	int status = refresh_for_lookup();

	if (status)
		return status;
	path = below_proc(path);
	if (is_own(path))
		return own_read_link(view()->own, path, buffer, size);
	do
		status = tree_read_link(path, buffer, size);
	while (is_worth_another(&tries));
	return status;
}

static int print_file(const char *path, struct tree_bytes *bytes)
{
	struct tree_tries tries = {};
	int status;

	if (is_own(path))
		return own_print(view()->own, path, bytes);
	do {
		tree_bytes_deinit(bytes);
		status = tree_print(path, bytes);
	} while (is_worth_another(&tries));
	return status;
}

static int list_directory(const char *path, struct tree_list *list)
{
	struct tree_tries tries = {};
	int status;

	if (is_own(path))
		return own_list(view()->own, path, list);
	do {
		tree_list_deinit(list);
		status = tree_list(path, list);
	} while (is_worth_another(&tries));
	return status;
}

static int open_file(const char *path, struct fuse_file_info *file)
{
	struct fathom_proc_attributes place;
	struct fathomfs_opened *opened;
	struct tree_bytes *bytes;
	int status;

	path = below_proc(path);
	if ((file->flags & O_ACCMODE) != O_RDONLY)
		return -EACCES;
	if (find_place(path, &place))
		return -EACCES;
	status = tree_refresh(view()->refresh);
	if (status)
		return status;
	opened = create_opened();
	if (!opened)
		return -ENOMEM;
	bytes = &opened->bytes;
	status = print_file(path, bytes);
	if (status == -EIO)
		tree_report(path, status);
	/* What came before the fault is good. */
	if (status == -EIO && bytes->size) {
		bytes->end = status;
		status = 0;
	}
	if (status) {
		destroy_opened(view(), opened);
		return status;
	}
	file->fh = (uintptr_t)opened;
	file->direct_io = 1;
	return 0;
}

static int read_file(const char *path, char *buffer, size_t size, off_t offset,
		     struct fuse_file_info *file)
{
	const struct tree_bytes *bytes = &find_opened(file)->bytes;
	size_t left;

	(void)path;
	if (offset < 0)
		return -EINVAL;
	if ((unsigned long long)offset >= bytes->size)
		return bytes->end;
	left = bytes->size - (size_t)offset;
	if (size > left)
		size = left;
	memcpy(buffer, bytes->bytes + offset, size);
	return (int)size;
}

static int release(const char *path, struct fuse_file_info *file)
{
	(void)path;
	destroy_opened(view(), find_opened(file));
	return 0;
}

static int open_directory(const char *path, struct fuse_file_info *file)
{
	struct fathom_proc_attributes attributes;
	struct fathomfs_opened *opened;
	struct tree_list *list;
	int status;

	path = below_proc(path);
	if (find_place(path, &attributes))
		return -EACCES;
	status = tree_refresh(view()->refresh);
	if (status)
		return status;
	opened = create_opened();
	if (!opened)
		return -ENOMEM;
	list = &opened->list;
	status = list_directory(path, list);
	if (status == -EIO)
		tree_report(path, status);
	/* There is no way to say that some may be missing, but to the user. */
	if (status && (status != -EIO || !list->count)) {
		destroy_opened(view(), opened);
		return status;
	}
	file->fh = (uintptr_t)opened;
	return 0;
}

static int put(const char *name, const struct stat *attributes, void *buffer,
	       fuse_fill_dir_t fill)
{
	/* libfuse has no name for no flags. */
	/* NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange) */
	return fill(buffer, name, attributes, 0, 0);
}

static int tell(const char *name, enum fathom_proc_kind kind, void *buffer,
		fuse_fill_dir_t fill)
{
	struct stat attributes = {.st_mode = type_of[kind % 3],
				  .st_ino = UNKNOWN_INODE};

	return put(name, &attributes, buffer, fill);
}

static int read_directory(const char *path, void *buffer, fuse_fill_dir_t fill,
			  off_t offset, struct fuse_file_info *file,
			  enum fuse_readdir_flags flags)
{
	const struct tree_list *list = &find_opened(file)->list;
	bool top = !*below_proc(path) && view()->own_processes;
	size_t i;
	int full = 0;

	(void)offset;
	(void)flags;
	full = put(".", NULL, buffer, fill) || put("..", NULL, buffer, fill);
	if (top)
		full |= tell("self", FATHOM_PROC_LINK, buffer, fill) ||
			tell("thread-self", FATHOM_PROC_LINK, buffer, fill);
	for (i = 0; i < list->count && !full; i++)
		if (!top || !is_self(list->entries[i].name))
			full = tell(list->entries[i].name,
				    list->entries[i].kind, buffer, fill);
	return full ? -ENOMEM : 0;
}

/*
 * access() and chdir(). Who searches for hidden processes by going into each
 * number's folder is told that nobody has its own number, which no listing
 * shows.
 */
static int may_access(const char *path, int mode)
{
	(void)mode;
	path = below_proc(path);
	return !strchr(path, '/') && is_own(path) ? -ENOENT : 0;
}

static int get_file_system(const char *path, struct statvfs *ret)
{
	(void)path;
	*ret = (struct statvfs){
		.f_bsize = 4096, .f_frsize = 4096, .f_namemax = 255};
	return 0;
}

/* The kernel tells of what is closed some time later, or, at the end, never. */
static void end(void *context)
{
	struct fathomfs_view *from = context;

	while (from->opened) {
		struct fathomfs_opened *next = from->opened->next;

		free_opened(from->opened);
		from->opened = next;
	}
}

const struct fuse_operations fathomfs_operations = {
	.init = start,
	.destroy = end,
	.getattr = get_attributes,
	.readlink = read_link,
	.access = may_access,
	.open = open_file,
	.read = read_file,
	.release = release,
	.opendir = open_directory,
	.readdir = read_directory,
	.releasedir = release,
	.statfs = get_file_system,
};
