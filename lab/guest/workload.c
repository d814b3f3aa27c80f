/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * workload N: fill the guest with things worth watching, and leave them.
 *
 * N sleeping processes with varied names, arguments and users, and one of each
 * kind that a process listing easily gets wrong (see `kinds`). All of them
 * sleep, so that the guest looks the same from one moment to the next.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELF	      "/proc/self/exe"
#define MAX_ARGUMENTS 64
#define THREADS	      7
#define READY_LIMIT   100 /* seconds, for slow emulation of many processes */

struct kind {
	const char *name; /* argv[0] */
	void (*run)(int argc, char **argv);
	const char *arguments; /* separated by '|' */
	uid_t uid;
};

/* Each process writes one byte to it when it has become what it shall be. */
static int ready_fd;

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "workload: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void say_ready(void)
{
	if (write(ready_fd, "", 1) != 1)
		die("pipe");
	close(ready_fd);
}

__attribute__((noreturn)) static void sleep_for_ever(void)
{
	for (;;)
		pause();
}

static void run_sleeper(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	say_ready();
}

static sem_t thread_ready;

static void *thread_main(void *argument)
{
	char name[16];

	snprintf(name, sizeof(name), "worker/%d", *(int *)argument);
	prctl(PR_SET_NAME, name);
	sem_post(&thread_ready);
	sleep_for_ever();
}

static void start_threads(void)
{
	static int numbers[THREADS];

	sem_init(&thread_ready, 0, 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_t thread;

		numbers[i] = i;
		if (pthread_create(&thread, NULL, thread_main, &numbers[i]))
			die("thread");
		sem_wait(&thread_ready);
	}
}

static void run_threads(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	start_threads();
	say_ready();
}

static void run_odd_name(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	prctl(PR_SET_NAME, "a b) R (c");
	say_ready();
}

static void run_utf8_name(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	prctl(PR_SET_NAME, "na\xc3\xafve\xe2\x9c\x93");
	say_ready();
}

static void run_overwritten(int argc, char **argv)
{
	(void)argc;
	memset(argv[1], 'x', strlen(argv[1]));
	say_ready();
}

/* A process that ended and that nobody waits for. */
static void run_zombie_parent(int argc, char **argv)
{
	siginfo_t info;
	pid_t child = fork();

	(void)argc;
	(void)argv;
	if (child == 0) {
		prctl(PR_SET_NAME, "zombie");
		_exit(3);
	}
	if (child < 0 || waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT))
		die("zombie");
	say_ready();
}

/* A zombie whose main thread ended while another one lives on. */
static void run_dead_leader(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	start_threads();
	say_ready();
	/* Not pthread_exit(): a static program has no unwinder to load. */
	syscall(SYS_exit, 0);
}

static void run_stopped(int argc, char **argv)
{
	siginfo_t info;
	pid_t child = fork();

	(void)argc;
	(void)argv;
	if (child == 0) {
		raise(SIGSTOP);
		_exit(0);
	}
	if (child < 0 || waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOWAIT))
		die("stopped");
	say_ready();
}

static void run_traced(int argc, char **argv)
{
	siginfo_t info;
	pid_t child = fork();

	(void)argc;
	(void)argv;
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGTRAP);
		_exit(0);
	}
	if (child < 0 || waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOWAIT))
		die("traced");
	say_ready();
}

/* The parent of a vfork() sleeps uninterruptibly until the child is done. */
static void run_uninterruptible(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	if (vfork() == 0) {
		/* Give the parent time to fall asleep. */
		usleep(200000);
		if (write(ready_fd, "", 1) != 1)
			_exit(1);
		sleep_for_ever();
	}
	die("vfork");
}

/* Another process-ID namespace and another mount namespace. */
static void run_container(int argc, char **argv)
{
	pid_t child;

	(void)argc;
	(void)argv;
	if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS))
		die("unshare");
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		prctl(PR_SET_NAME, "container-init");
		if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount("inner", "/mnt", "tmpfs", 0, "size=64k"))
			die("mount");
		say_ready();
		sleep_for_ever();
	}
}

static void run_parent(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	for (int i = 0; i < 3; i++) {
		pid_t child = fork();

		if (child < 0)
			die("fork");
		if (child == 0) {
			prctl(PR_SET_NAME, "child");
			sleep_for_ever();
		}
	}
	say_ready();
}

static const struct kind kinds[] = {
	{"sleeper", run_sleeper, NULL, 0},
	{"/usr/sbin/threaded", run_threads, "--threads|7", 1000},
	{"odd", run_odd_name, "with space|(paren|quote\"'", 1001},
	{"utf8", run_utf8_name, "gr\xc3\xbc\xc3\x9f", 1001},
	{"empties", run_sleeper, "||middle||", 1002},
	{"overwritten", run_overwritten, "password=secret|visible", 33},
	{"zombie-parent", run_zombie_parent, NULL, 1003},
	{"dead-leader", run_dead_leader, NULL, 1003},
	{"stopped-parent", run_stopped, NULL, 1004},
	{"tracer", run_traced, NULL, 0},
	{"vfork-parent", run_uninterruptible, NULL, 1005},
	{"container", run_container, "--ns", 0},
	{"family", run_parent, NULL, 4000000000u},
	{"name-of-far-more-than-sixteen-bytes", run_sleeper, "x", 65534},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const char *const names[] = {
	"sshd",	   "nginx",	 "postgres",	     "cron",	    "bash",
	"python3", "containerd", "systemd-journald", "dbus-daemon", "agetty",
};
#define NAMES (sizeof(names) / sizeof(names[0]))

/** Start kind @p kind as a program of its own: argv lies on a fresh stack. */
static void spawn(size_t kind, uid_t uid, char **argv)
{
	char role[64];
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid > 0)
		return;
	snprintf(role, sizeof(role), "LAB_ROLE=%zu:%u:%d", kind, uid, ready_fd);
	char *environment[] = {role, NULL};

	execve(SELF, argv, environment);
	die("exec");
}

static void spawn_kind(size_t kind)
{
	const struct kind *k = &kinds[kind];
	char *argv[MAX_ARGUMENTS] = {(char *)k->name};
	char *rest = k->arguments ? strdup(k->arguments) : NULL;

	for (int i = 1; rest && i < MAX_ARGUMENTS - 1; i++)
		argv[i] = strsep(&rest, "|");
	spawn(kind, k->uid, argv);
}

/* A command line of several pages. */
static void spawn_long(void)
{
	static char words[MAX_ARGUMENTS - 2][256];
	char *argv[MAX_ARGUMENTS] = {"long-command-line"};

	for (int i = 0; i < MAX_ARGUMENTS - 2; i++) {
		memset(words[i], 'a' + i % 26, 255);
		argv[i + 1] = words[i];
	}
	spawn(0, 1006, argv);
}

static void spawn_numbered(int i)
{
	char first[32], second[64];
	char *argv[] = {(char *)names[(unsigned int)i % NAMES], first, second,
			NULL};

	snprintf(first, sizeof(first), "--id=%d", i);
	snprintf(second, sizeof(second), "--config=/etc/lab/%d.conf", i);
	if (i % 3 == 0)
		argv[2] = NULL;
	spawn(0, i % 4 ? 1000u + (uid_t)(i % 50) : 0, argv);
}

__attribute__((noreturn)) static void play(const char *role, int argc,
					   char **argv)
{
	size_t kind;
	uid_t uid;

	if (sscanf(role, "%zu:%u:%d", &kind, &uid, &ready_fd) != 3 ||
	    kind >= KINDS) {
		errno = EINVAL;
		die(role);
	}
	prctl(PR_SET_NAME,
	      strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0]);
	if (setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		die("setresuid");
	kinds[kind].run(argc, argv);
	sleep_for_ever();
}

int main(int argc, char **argv)
{
	const char *role = getenv("LAB_ROLE");
	int count = argc == 2 ? atoi(argv[1]) : 0;
	size_t expected = KINDS + 1;
	int ends[2];
	char byte;

	if (role)
		play(role, argc, argv);
	if (pipe(ends))
		die("pipe");
	ready_fd = ends[1];
	for (size_t i = 0; i < KINDS; i++)
		spawn_kind(i);
	spawn_long();
	for (int i = 0; i < count; i++)
		spawn_numbered(i);
	close(ends[1]);
	alarm(READY_LIMIT);
	for (expected += (size_t)count; expected > 0; expected--)
		if (read(ends[0], &byte, 1) != 1)
			die("a process of the workload has failed");
	return 0;
}
