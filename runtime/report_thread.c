/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Threads of our own: see report_thread.h. */
#include "report_thread.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

/* What a thread does to itself must still be handled. */
static void take_out_own(sigset_t *signals)
{
	static const int own[] = {SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
				  SIGSYS,  SIGABRT, SIGTRAP};
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(signals, own[i]);
}

bool report_thread_start(void *(*run)(void *), void *argument)
{
	sigset_t signals;
	sigset_t before;
	pthread_t thread;
	int status;

	sigfillset(&signals);
	take_out_own(&signals);
	pthread_sigmask(SIG_SETMASK, &signals, &before);
	status = pthread_create(&thread, NULL, run, argument);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!status)
		pthread_detach(thread);
	return !status;
}
