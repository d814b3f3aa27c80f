/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Processes in namespaces, groups and roots of their own. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "populate.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

#define GROUPS "/tmp/populate/groups"
#define FIRST  "/tmp/populate/first root"

static void make_folder(const char *path)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		die(path);
}

static void mount_at(const char *source, const char *path, const char *type,
		     unsigned long flags, const char *options)
{
	make_folder(path);
	must(mount(source, path, type, flags, options), path);
}

/* Mounts of ours must not get out. */
static void be_private(void)
{
	must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
}

/* --- Roots ---------------------------------------------------------------- */

static void have_chroot(void *argument)
{
	(void)argument;
	make_folder("/tmp/populate/chroot");
	make_folder("/tmp/populate/chroot/inner");
	must(open("/etc", O_RDONLY), "/etc");
	must(chroot("/tmp/populate/chroot"), "chroot");
	must(chdir("/inner"), "chdir");
}

/* What is mounted cannot be reached by a path any more. */
static void have_lost_root(void *argument)
{
	(void)argument;
	be_private();
	mount_at("lost", "/tmp/populate/lost", "tmpfs", 0, "size=64k");
	must(chdir("/tmp/populate/lost"), "chdir");
	must(chroot("."), "chroot");
	new_file("/file");
	must(umount2("/", MNT_DETACH), "umount");
}

/* As containers do. The first root of all cannot be left, hence two steps. */
static void pivot(void)
{
	be_private();
	mount_at("first root", FIRST, "tmpfs", MS_NODEV, "size=1m,mode=711");
	must(chroot(FIRST), "chroot");
	mount_at("second root", "/second", "tmpfs", MS_NOSUID, "size=1m");
	make_folder("/second/old");
	must(syscall(SYS_pivot_root, "/second", "/second/old"), "pivot_root");
	must(chdir("/"), "chdir");
}

/* --- Namespaces ----------------------------------------------------------- */

void bring_up_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = (int)must(socket(AF_INET, SOCK_DGRAM, 0), "socket");

	must(ioctl(fd, SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
	close(fd);
}

static void have_server(void)
{
	const struct sockaddr_in address = {.sin_family = AF_INET,
					    .sin_port = htons(80)};
	int fd = (int)must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	must(bind(fd, (const struct sockaddr *)&address, sizeof(address)),
	     "bind");
	must(listen(fd, 1), "listen");
}

static void be_inner(void *argument)
{
	(void)argument;
	must(setsid(), "setsid");
}

static void be_first(void *argument)
{
	(void)argument;
	pivot();
	mount_at("processes", "/proc", "proc", MS_NOEXEC, NULL);
	must(umount2("/old", MNT_DETACH), "umount");
	must(sethostname("inner", 5), "sethostname");
	bring_up_loopback();
	have_server();
	new_file("/in a container");
	start(be_inner, NULL);
	/* Three namespaces of processes, one in another. */
	start_in(CLONE_NEWPID | CLONE_NEWNS, be_inner, NULL);
}

static void have_container(void *argument)
{
	(void)argument;
	start_in(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS |
			 CLONE_NEWIPC | CLONE_NEWCGROUP,
		 be_first, NULL);
}

/* Only who is outside may map more than one number. */
static void map_numbers(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	write_text(path, "0 100000 1000\n5000 7 1\n");
	snprintf(path, sizeof(path), "/proc/%d/gid_map", pid);
	write_text(path, "0 200000 65536\n");
}

static void unshare_users(void)
{
	pid_t parent = getpid(), helper;
	int ends[2];
	char byte;

	must(pipe(ends), "pipe");
	helper = (pid_t)must(fork(), "fork");
	if (!helper) {
		must(read(ends[0], &byte, 1), "read");
		map_numbers(parent);
		_exit(0);
	}
	must(unshare(CLONE_NEWUSER), "CLONE_NEWUSER");
	must(write(ends[1], "", 1), "write");
	must(waitpid(helper, NULL, 0), "waitpid");
	close(ends[0]);
	close(ends[1]);
}

static void be_another_user(void *argument)
{
	(void)argument;
	must(setresgid(33, 34, 35), "setresgid");
	must(setresuid(0, 22, 22), "setresuid");
}

static void have_users(void *argument)
{
	(void)argument;
	unshare_users();
	must(setresgid(0, 0, 0), "setresgid");
	must(setresuid(0, 0, 0), "setresuid");
	start_in(CLONE_NEWPID | CLONE_NEWNET, be_another_user, NULL);
	start_in(CLONE_NEWUSER, be_inner, NULL);
}

/* Its children are elsewhere, it is not. */
static void have_children_elsewhere(void *argument)
{
	(void)argument;
	must(unshare(CLONE_NEWPID | CLONE_NEWTIME), "unshare");
	start(be_inner, NULL);
}

/* The clocks of its children begin elsewhere; so do their start times. */
static void have_another_clock(void *argument)
{
	(void)argument;
	must(unshare(CLONE_NEWTIME), "unshare");
	write_text("/proc/self/timens_offsets", "boottime 100000 5\n");
	start(be_inner, NULL);
}

/* --- Control groups ------------------------------------------------------- */

static void join(void *argument)
{
	write_text(argument, "0");
}

static void start_groups(void)
{
	mount_at("groups", GROUPS, "cgroup2", 0, NULL);
	make_folder(GROUPS "/box");
	make_folder(GROUPS "/box/in\\ner\xff");
	start(join, GROUPS "/box/cgroup.procs");
	start(join, GROUPS "/box/in\\ner\xff/cgroup.procs");
}

/* Of the first version: another hierarchy, named. */
static void start_named_groups(void)
{
	mount_at("named", "/tmp/populate/named", "cgroup", 0,
		 "none,name=populate");
	make_folder("/tmp/populate/named/one");
	start(join, "/tmp/populate/named/one/tasks");
}

/* Of file systems that have options of their own. */
static void have_file_systems(void *argument)
{
	static const char *const types[] = {
		"debugfs",   "tracefs",	 "securityfs",	"bpf",	    "mqueue",
		"hugetlbfs", "ramfs",	 "sysfs",	"configfs", "proc",
		"devpts",    "devtmpfs", "binfmt_misc", "pstore",
	};
	char path[64];

	(void)argument;
	be_private();
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		snprintf(path, sizeof(path), "/tmp/populate/%s", types[i]);
		make_folder(path);
		/* Not every kernel has every one. */
		(void)!mount(types[i], path, types[i], MS_RELATIME, NULL);
	}
	mount_at("many options", "/tmp/populate/options", "tmpfs",
		 MS_NOATIME | MS_LAZYTIME | MS_SYNCHRONOUS,
		 "size=10%,nr_inodes=77,uid=5,gid=6,mode=1700,huge=advise");
	mount_at("hidden", "/tmp/populate/hidden", "proc", 0,
		 "hidepid=invisible,gid=7");
	must(mount("none", "/tmp/populate/ramfs", NULL, MS_SHARED, NULL),
	     "MS_SHARED");
	must(mount("/tmp/populate/ramfs", "/tmp/populate/debugfs", NULL,
		   MS_BIND, NULL),
	     "MS_BIND");
	must(mount("none", "/tmp/populate/debugfs", NULL, MS_SLAVE, NULL),
	     "MS_SLAVE");
	must(mount("none", "/tmp/populate/options", NULL, MS_UNBINDABLE, NULL),
	     "MS_UNBINDABLE");
}

void start_containers(void)
{
	start(have_chroot, NULL);
	start_in(CLONE_NEWNS, have_lost_root, NULL);
	start_in(CLONE_NEWNS, have_container, NULL);
	start(have_users, NULL);
	start(have_children_elsewhere, NULL);
	start(have_another_clock, NULL);
	start_groups();
	start_named_groups();
	start_in(CLONE_NEWNS, have_file_systems, NULL);
}
