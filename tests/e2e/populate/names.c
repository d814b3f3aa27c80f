/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What processes and threads are called, by themselves and by others. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "populate.h"

#define PROGRAM "/tmp/populate/program"

static const char *const thread_names[] = {
	"with space",
	"(",
	")",
	"a) S 1 (b",
	"line\nbreak",
	"back\\slash",
	"\xff\xfe\x01",
	"",
	"\033[31mred",
	"exactly15bytes!",
	"tab\there",
};
#define THREADS (sizeof(thread_names) / sizeof(thread_names[0]))

static sem_t thread_ready;

static void *be_thread(void *argument)
{
	must(prctl(PR_SET_NAME, argument), "PR_SET_NAME");
	sem_post(&thread_ready);
	sleep_for_ever();
}

static void have_threads(void *argument)
{
	pthread_attr_t attributes;
	pthread_t thread;

	(void)argument;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 65536);
	sem_init(&thread_ready, 0, 0);
	for (size_t i = 0; i < THREADS; i++) {
		errno = pthread_create(&thread, &attributes, be_thread,
				       (void *)thread_names[i]);
		must(errno ? -1 : 0, "pthread_create");
		sem_wait(&thread_ready);
	}
}

/*
 * The smallest program there is: pause(), for ever. It is copied, removed and
 * renamed; ours is too large for that.
 */
static const unsigned char code[] = {
	0xb8, 34,   0, 0, 0, /* mov $SYS_pause, %eax */
	0x0f, 0x05,	     /* syscall */
	0xeb, 0xf7,	     /* jmp to the begin */
};

static void make_program(int fd)
{
	const unsigned char header[120] = {
		/* ELF, 64 bits, executable, x86-64 */
		0x7f, 'E', 'L', 'F', 2, 1, 1, [16] = 2, [18] = 62, [20] = 1,
		/* entry 0x400078; program headers at 64 */
		[24] = 0x78, [26] = 0x40, [32] = 64, [52] = 64, [54] = 56,
		[56] = 1,
		/* PT_LOAD, r-x, at 0x400000 */
		[64] = 1, [68] = 5, [82] = 0x40, [90] = 0x40,
		[96] = 120 + sizeof(code), [104] = 120 + sizeof(code),
		[113] = 0x10};

	must(write(fd, header, sizeof(header)), "program");
	must(write(fd, code, sizeof(code)), "program");
}

struct program {
	const char *path;
	char **argv, **envp;
	int fd; /* if it has no path */
};

/* It is ready when its pipe is closed by exec, but say_ready() says so first.
 */
static void execute(void *argument)
{
	const struct program *program = argument;
	const char *path = program->path;

	say_ready();
	if (!path)
		syscall(SYS_execveat, program->fd, "", program->argv,
			program->envp, AT_EMPTY_PATH);
	else
		execve(path, program->argv, program->envp);
	die("execve");
}

static char *none[] = {NULL};

static void run(char **argv, char **envp)
{
	struct program program = {PROGRAM, argv, envp, -1};

	start(execute, &program);
}

static void copy_program(const char *path)
{
	int fd = (int)must(open(path, O_WRONLY | O_CREAT, 0755), path);

	make_program(fd);
	close(fd);
}

static void run_copy(const char *path)
{
	char *argv[] = {(char *)path, NULL};
	struct program program = {path, argv, none, -1};

	copy_program(path);
	start(execute, &program);
	/* It has been executed when it has no other memory than the program. */
	usleep(200000);
}

static void run_files_that_go(void)
{
	char *argv[] = {"in memory", NULL};
	struct program memory = {NULL, argv, none, -1};

	run_copy("/tmp/populate/deleted");
	must(unlink("/tmp/populate/deleted"), "unlink");
	run_copy("/tmp/populate/renamed");
	must(rename("/tmp/populate/renamed", "/tmp/populate/now called so"),
	     "rename");
	run_copy("/tmp/populate/odd\nname\\with\xff(deleted)");
	must(mkdir("/tmp/populate/folder", 0755), "mkdir");
	run_copy("/tmp/populate/folder/below");
	must(unlink("/tmp/populate/folder/below"), "unlink");
	must(rmdir("/tmp/populate/folder"), "rmdir");
	memory.fd = (int)must(memfd_create("of memory", MFD_CLOEXEC), "memfd");
	make_program(memory.fd);
	start(execute, &memory);
	close(memory.fd);
}

static void run_long_line(void)
{
	static char words[40][4001];
	char *argv[41] = {};

	for (int i = 0; i < 40; i++) {
		memset(words[i], i % 2 ? 'x' : 0x80 + i, 4000 - i * 50);
		argv[i] = words[i];
	}
	run(argv, argv);
}

/* As setproctitle() does: over the arguments and on into the environment. */
static void write_over_arguments(void *argument)
{
	char line[4096], *begin;
	FILE *file = fopen("/proc/self/stat", "r");
	unsigned long start_of = 0, end_of = 0;

	if (!file || !fgets(line, sizeof(line), file))
		die("/proc/self/stat");
	fclose(file);
	begin = strrchr(line, ')');
	/* arg_start and arg_end are fields 48 and 49, the one after ")" is 3 */
	for (int field = 3; field <= 49 && begin; field++) {
		begin = strchr(begin + 1, ' ');
		if (field == 48)
			start_of = strtoul(begin, NULL, 10);
		else if (field == 49)
			end_of = strtoul(begin, NULL, 10);
	}
	if (!start_of || end_of <= start_of)
		die("where the arguments are");
	memset((void *)start_of, 't', end_of - start_of);
	if (argument)
		memcpy((void *)end_of, argument, strlen(argument) + 1);
}

static void move_arguments(void *argument)
{
	static char line[] = "somewhere\0else entirely";

	(void)argument;
	/* The begin first: it must never lie behind the end. */
	must(prctl(PR_SET_MM, PR_SET_MM_ARG_START, line, 0, 0),
	     "PR_SET_MM_ARG_START");
	must(prctl(PR_SET_MM, PR_SET_MM_ARG_END, line + sizeof(line), 0, 0),
	     "PR_SET_MM_ARG_END");
}

void start_names(void)
{
	char *plain[] = {"plain", NULL};
	char *empty[] = {"", NULL};
	char *odd[] = {"\xff\xfe\x80", "new\nline", "\033]0;title\007", "",
		       NULL};
	char *environment[] = {"A=1", "=", "B", "C=\xff\n", "", NULL};

	start(have_threads, NULL);
	copy_program(PROGRAM);
	run(none, none);
	run(empty, none);
	run(plain, environment);
	run(odd, environment);
	run_long_line();
	run_files_that_go();
	start(write_over_arguments, NULL);
	start(write_over_arguments, "no end of the title in the environment");
	start(move_arguments, NULL);
}
