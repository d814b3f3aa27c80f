/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * A process that computes and calls the kernel half of the time, and starts no
 * other: the guest's list of processes is to stand still meanwhile.
 */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <sys/syscall.h>

#define CALLS 20000
#define PAUSE 10000000 /* ns */

int main(void)
{
	const struct timespec pause = {.tv_nsec = PAUSE};
	unsigned int i;

	if (daemon(0, 0))
		return EXIT_FAILURE;
	for (;;) {
		for (i = 0; i < CALLS; i++)
			syscall(SYS_getppid);
		nanosleep(&pause, NULL);
	}
}
