/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Kinds of open files. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>

#include "populate.h"

static void have_names(void *argument)
{
	int fd = new_file("/tmp/populate/read\nand written\\ \xff");

	(void)argument;
	must(write(fd, "some bytes", 10), "write");
	must(lseek(fd, 1L << 40, SEEK_SET), "lseek");
	new_file("/tmp/populate/open and deleted");
	must(unlink("/tmp/populate/open and deleted"), "unlink");
	new_file("/tmp/populate/open");
	must(rename("/tmp/populate/open", "/tmp/populate/open and renamed"),
	     "rename");
	must(open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "O_DIRECTORY");
	must(open("/tmp", O_PATH), "O_PATH");
	must(open("/tmp", O_TMPFILE | O_RDWR, 0600), "O_TMPFILE");
	must(open("/proc/1/maps", O_RDONLY), "/proc/1/maps");
	must(open("/proc/self/ns/net", O_RDONLY), "/proc/self/ns/net");
	must(open("/dev/null", O_WRONLY | O_APPEND | O_NONBLOCK | O_SYNC),
	     "/dev/null");
	/* A number far above the others. */
	must(dup2(fd, 900), "dup2");
}

static void have_deep_names(void *argument)
{
	char path[1000] = "/tmp/populate";

	(void)argument;
	for (int i = 0; i < 8; i++) {
		size_t length = strlen(path);

		memset(path + length, 'a' + i, 100);
		path[length] = '/';
		path[length + 100] = 0;
		must(mkdir(path, 0700), "mkdir");
	}
	must(chdir(path), "chdir");
	new_file("file");
}

static void have_pipes(void *argument)
{
	int ends[2];

	(void)argument;
	must(pipe2(ends, O_CLOEXEC), "pipe2");
	must(write(ends[1], "unread", 6), "write");
	must(pipe2(ends, O_DIRECT | O_NONBLOCK), "pipe2");
	must(mkfifo("/tmp/populate/fifo", 0600), "mkfifo");
	must(open("/tmp/populate/fifo", O_RDWR), "fifo");
}

/* Written once, so that its counter is another than the first. */
static int new_event(int flags)
{
	return (int)must(eventfd(1234567, flags), "eventfd");
}

static void have_events(void *argument)
{
	const struct itimerspec far = {.it_value.tv_sec = 1000000,
				       .it_interval.tv_nsec = 5};
	struct epoll_event event = {.events = EPOLLIN | EPOLLET,
				    .data.u64 = 0xfedcba9876543210};
	int poll = (int)must(epoll_create1(0), "epoll_create");
	sigset_t set;
	int fd;

	(void)argument;
	new_event(EFD_SEMAPHORE);
	must(epoll_ctl(poll, EPOLL_CTL_ADD, new_event(0), &event), "epoll_ctl");
	event.events = EPOLLOUT | EPOLLONESHOT;
	must(epoll_ctl(poll, EPOLL_CTL_ADD, new_event(0), &event), "epoll_ctl");
	must(epoll_create1(EPOLL_CLOEXEC), "epoll_create");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMAX);
	must(signalfd(-1, &set, 0), "signalfd");
	fd = (int)must(timerfd_create(CLOCK_BOOTTIME, 0), "timerfd");
	must(timerfd_settime(fd, 0, &far, NULL), "timerfd_settime");
	must(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK), "timerfd");
}

static void have_watches(void *argument)
{
	int fd = (int)must(inotify_init1(0), "inotify");

	(void)argument;
	must(inotify_add_watch(fd, "/etc", IN_CREATE | IN_DELETE), "watch");
	must(inotify_add_watch(fd, "/proc/1", IN_OPEN | IN_ONESHOT), "watch");
	fd = (int)must(fanotify_init(FAN_CLASS_NOTIF, O_RDONLY), "fanotify");
	must(fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "/etc"),
	     "fanotify_mark");
	must(fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_CLOSE_WRITE,
			   AT_FDCWD, "/mnt/ro"),
	     "fanotify_mark");
}

static void lock_range(int fd, int command, short type, off_t from, off_t count)
{
	struct flock lock = {.l_type = type,
			     .l_whence = SEEK_SET,
			     .l_start = from,
			     .l_len = count};

	must(fcntl(fd, command, &lock), "lock");
}

static void have_locks(void *argument)
{
	int fd = new_file("/tmp/populate/locked");

	(void)argument;
	lock_range(fd, F_SETLK, F_WRLCK, 10, 20);
	lock_range(fd, F_SETLK, F_RDLCK, 100, 0);
	fd = new_file("/tmp/populate/locked by descriptor");
	lock_range(fd, F_OFD_SETLK, F_WRLCK, 0, 7);
	fd = new_file("/tmp/populate/locked whole");
	must(flock(fd, LOCK_EX), "flock");
	fd = new_file("/tmp/populate/leased");
	must(fcntl(fd, F_SETLEASE, F_WRLCK), "F_SETLEASE");
}

static void have_memory_files(void *argument)
{
	int fd = (int)must(memfd_create("sealed \n\xff", MFD_ALLOW_SEALING),
			   "memfd_create");

	(void)argument;
	must(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_WRITE),
	     "F_ADD_SEALS");
	must(memfd_create("", 0), "memfd_create");
	must(syscall(SYS_userfaultfd, O_CLOEXEC), "userfaultfd");
}

static void have_process_files(void *argument)
{
	pid_t ended = (pid_t)must(fork(), "fork");

	(void)argument;
	if (!ended)
		_exit(0);
	must(syscall(SYS_pidfd_open, 1, 0), "pidfd_open");
	must(syscall(SYS_pidfd_open, ended, 0), "pidfd_open");
	must(waitpid(ended, NULL, 0), "waitpid");
}

static void have_bpf(void *argument)
{
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_HASH,
		.key_size = 4,
		.value_size = 8,
		.max_entries = 100,
	};

	(void)argument;
	must(syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map)), "bpf");
}

static void have_perf(void *argument)
{
	struct perf_event_attr event = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(event),
		.config = PERF_COUNT_SW_PAGE_FAULTS,
	};

	(void)argument;
	must(syscall(SYS_perf_event_open, &event, 0, -1, -1, 0),
	     "perf_event_open");
}

static void have_ring(void *argument)
{
	struct io_uring_params parameters = {};

	(void)argument;
	must(syscall(SYS_io_uring_setup, 4, &parameters), "io_uring_setup");
}

static void have_queue(void *argument)
{
	struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = 100};

	(void)argument;
	must(mq_open("/populate", O_RDWR | O_CREAT, 0600, &attributes),
	     "mq_open");
}

static void have_terminals(void *argument)
{
	int master = (int)must(posix_openpt(O_RDWR | O_NOCTTY), "openpt");

	(void)argument;
	must(unlockpt(master), "unlockpt");
	must(open(ptsname(master), O_RDWR | O_NOCTTY), "terminal");
	must(open("/dev/console", O_RDONLY | O_NOCTTY), "/dev/console");
}

/* Mounts that are mounted nowhere. */
static void have_mounts(void *argument)
{
	(void)argument;
	must(fsopen("tmpfs", 0), "fsopen");
	must(open_tree(AT_FDCWD, "/tmp", OPEN_TREE_CLONE), "open_tree");
}

/* One table of many, of which most have been closed again. */
static void have_many(void *argument)
{
	(void)argument;
	for (int i = 100; i < 700; i++)
		must(dup2(0, i), "dup2");
	for (int i = 100; i < 700; i++)
		if (i % 10)
			close(i);
}

void start_files(void)
{
	start(have_names, NULL);
	start(have_deep_names, NULL);
	start(have_pipes, NULL);
	start(have_events, NULL);
	start(have_watches, NULL);
	start(have_locks, NULL);
	start(have_memory_files, NULL);
	start(have_process_files, NULL);
	start(have_bpf, NULL);
	start(have_perf, NULL);
	start(have_ring, NULL);
	start(have_queue, NULL);
	start(have_terminals, NULL);
	start(have_mounts, NULL);
	start(have_many, NULL);
}
