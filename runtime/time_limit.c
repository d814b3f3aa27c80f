/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A bound of CPU time: see time_limit.h. */
#include "time_limit.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <fathom/target.h>

#include "raise.h"
#include "thread.h"

/* One that says what it is for, and that hardly any program uses. */
#define SIGNAL SIGVTALRM

/* An access may just have filled a TLB entry: so once more, and again. */
#define REPEAT_NANOSECONDS 20000000

void fathom_limit_time(unsigned int milliseconds);

static __thread volatile sig_atomic_t over;
static __thread timer_t timer;
static __thread pid_t owner; /* a child of fork(2) has no timers */

bool fathom_time_is_over(void)
{
	return over;
}

static void expire(int number)
{
	(void)number;
	over = 1;
	fathom_thread_forget();
}

static void make_timer(void)
{
	struct sigaction action = {.sa_handler = expire,
				   .sa_flags = SA_RESTART};
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID,
				 .sigev_signo = SIGNAL};

	event._sigev_un._tid = gettid();
	if (sigaction(SIGNAL, &action, NULL) ||
	    timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer))
		fathom_die(FATHOM_EXIT_USAGE, "a limit of time: %s",
			   strerror(errno));
	owner = getpid();
}

void fathom_limit_time(unsigned int milliseconds)
{
	struct itimerspec when = {
		.it_value.tv_sec = milliseconds / 1000,
		.it_value.tv_nsec = milliseconds % 1000 * 1000000L,
		.it_interval.tv_nsec = REPEAT_NANOSECONDS,
	};

	if (owner != getpid())
		make_timer();
	timer_settime(timer, 0, &when, NULL);
	/* A signal that was under way has been there by now. */
	over = 0;
}
