/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What makes a listing of /proc old before it is read: processes and threads
 * that start and end, sockets, descriptors and mappings that come and go. It
 * goes on until it is killed.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAUSE	 2000000 /* ns */
#define CHILDREN 12	 /* that live at the same time */
#define SIZE	 (256 * 1024)

static void pause_a_little(void)
{
	const struct timespec time = {.tv_nsec = PAUSE};

	nanosleep(&time, NULL);
}

/* Ends before it is its turn again. */
static _Noreturn void live_shortly(void)
{
	unsigned int i;

	for (i = 0; i < CHILDREN; i++)
		pause_a_little();
	_exit(0);
}

static void start_and_end_processes(void)
{
	unsigned int alive = 0;

	for (;;) {
		pid_t child = fork();

		if (!child)
			live_shortly();
		alive += child > 0;
		if (alive >= CHILDREN && wait(NULL) > 0)
			alive--;
		pause_a_little();
	}
}

static void *end_soon(void *argument)
{
	pause_a_little();
	return argument;
}

static void start_and_end_threads(void)
{
	pthread_t threads[4];
	bool runs[4];
	unsigned int i;

	for (;;) {
		for (i = 0; i < 4; i++)
			runs[i] = !pthread_create(&threads[i], NULL, end_soon,
						  NULL);
		for (i = 0; i < 4; i++)
			if (runs[i])
				pthread_join(threads[i], NULL);
	}
}

static void connect_once(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int other = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	/* What fails is none to be looked at. */
	if (!bind(listener, (struct sockaddr *)&address, sizeof(address)) &&
	    !listen(listener, 1) &&
	    !getsockname(listener, (struct sockaddr *)&address, &size) &&
	    !connect(other, (struct sockaddr *)&address, sizeof(address)))
		pause_a_little();
	close(listener);
	close(other);
}

static void open_and_close_sockets(void)
{
	int pair[2];

	for (;;) {
		int packets = socket(AF_INET6, SOCK_DGRAM, 0);

		connect_once();
		if (!socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
			pause_a_little();
			close(pair[0]);
			close(pair[1]);
		}
		close(packets);
	}
}

static void map_and_unmap(void)
{
	for (;;) {
		int fd = open("/proc/self/exe", O_RDONLY);
		char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory != MAP_FAILED) {
			memory[SIZE / 2] = 1;
			pause_a_little();
			munmap(memory, SIZE);
		}
		close(fd);
		pause_a_little();
	}
}

int main(void)
{
	static void (*const kinds[])(void) = {
		start_and_end_threads,
		open_and_close_sockets,
		map_and_unmap,
	};
	unsigned int i;

	if (daemon(0, 0))
		return EXIT_FAILURE;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!fork())
			kinds[i]();
	start_and_end_processes();
}
