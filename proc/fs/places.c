/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See places.h.
 *
 * Links of the target name its files, so they must not be followed into this
 * machine's: the mount forbids it. /proc/self must be followed all the same
 * (/dev/fd, process substitution, what the C library does), so it is a link of
 * another mount, bound onto a file that is there for the purpose. It leads to
 * the kernel's own /proc, whose links into itself are more than text.
 */
#include "places.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "modules.h"
#include "operations.h"
#include "status.h"

/* Newer than Debian 12's C library. */
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif

#define QUIET (MS_NOSUID | MS_NODEV | MS_NOEXEC)

static void must(int status, const char *what)
{
	if (status < 0)
		err(STATUS_TOOL_FAILED, "%s", what);
}

int places_begin(void)
{
	int context, own;

	/* Nothing of what follows shows outside. */
	must(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), "mounts");
	context = fsopen("proc", FSOPEN_CLOEXEC);
	must(context, "proc");
	/* Processes only: the rest of it is this machine's. */
	must(fsconfig(context, FSCONFIG_SET_STRING, "subset", "pid", 0),
	     "proc: subset=pid");
	must(fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0),
	     "proc of the command's processes");
	own = fsmount(context, FSMOUNT_CLOEXEC,
		      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	must(own, "proc of the command's processes");
	close(context);
	return own;
}

int places_mount_target(void)
{
	char options[128];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	must(fd, "/dev/fuse");
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40555,user_id=%u,group_id=%u,allow_other", fd,
		 geteuid(), getegid());
	must(mount("fathom", "/proc", "fuse.proc",
		   QUIET | MS_RDONLY | MS_NOSYMFOLLOW, options),
	     "mounting the target's /proc");
	return fd;
}

/* Make @p from, which is a link, show at @p to. */
static void bind_link(const char *from, const char *to)
{
	int tree = open_tree(AT_FDCWD, from,
			     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
				     AT_SYMLINK_NOFOLLOW);

	must(tree, from);
	must(move_mount(tree, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH), to);
	close(tree);
	must(unlink(from), from);
}

/*
 * What is in /sys, and who is logged in, is not the target's. There is room for
 * all that modules.c may write: five names and three pages a module, and
 * holders.
 */
static void hide(void)
{
	must(mount("fathom", "/sys", "tmpfs", QUIET,
		   "mode=555,size=64m,nr_inodes=65536"),
	     "/sys");
	if (mount("/dev/null", "/run/utmp", NULL, MS_BIND, NULL) &&
	    errno != ENOENT)
		must(-1, "/run/utmp");
}

void places_finish(int own, const struct tree_bytes *modules)
{
	hide();
	if (modules->size)
		modules_write("/sys/module", modules->bytes, modules->size);
	must(symlink(FATHOMFS_OWN_PROC "/self", "/sys/self"), "/sys/self");
	must(symlink(FATHOMFS_OWN_PROC "/thread-self", "/sys/thread-self"),
	     "/sys/thread-self");
	bind_link("/sys/self", "/proc/self");
	bind_link("/sys/thread-self", "/proc/thread-self");
	must(move_mount(own, "", AT_FDCWD, "/proc/" FATHOMFS_OWN_PROC,
			MOVE_MOUNT_F_EMPTY_PATH),
	     "/proc/" FATHOMFS_OWN_PROC);
	close(own);
	must(mount(NULL, "/sys", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | QUIET,
		   NULL),
	     "/sys");
}
