/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A bound of CPU time: see time_limit.h. */
#include "time_limit.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
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

/*
 * A timer that was set less than this part of the limit ago is as good as a new
 * one, with that much on top: who asks for a new limit a million times need not
 * make as many system calls.
 */
#define SLACK	      8

#define NSEC_PER_MSEC 1000000ull
#define NSEC_PER_SEC  1000000000ull

void fathom_limit_time(unsigned int milliseconds);

static __thread volatile sig_atomic_t over;
static __thread timer_t timer;
static __thread bool has_timer;
static __thread uint64_t limit;	 /* in nanoseconds; 0: none */
static __thread uint64_t set_at; /* by the monotonic clock */

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

/* A child of fork(2) has no timers. */
static void forget_timer(void)
{
	has_timer = false;
}

static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, forget_timer);
}

static void make_timer(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct sigaction action = {.sa_handler = expire,
				   .sa_flags = SA_RESTART};
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID,
				 .sigev_signo = SIGNAL};

	event._sigev_un._tid = gettid();
	if (pthread_once(&once, watch_forks) ||
	    sigaction(SIGNAL, &action, NULL) ||
	    timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer))
		fathom_die(FATHOM_EXIT_USAGE, "a limit of time: %s",
			   strerror(errno));
	has_timer = true;
	limit = 0;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * NSEC_PER_SEC + (uint64_t)time.tv_nsec;
}

/* No thread has used more CPU time since than time has passed. */
static bool is_still_good(uint64_t wanted, uint64_t time)
{
	return !over && wanted && wanted == limit &&
	       time - set_at < wanted / SLACK;
}

void fathom_limit_time(unsigned int milliseconds)
{
	uint64_t wanted = milliseconds * NSEC_PER_MSEC;
	uint64_t value = wanted + wanted / SLACK;
	struct itimerspec when = {
		.it_value.tv_sec = (time_t)(value / NSEC_PER_SEC),
		.it_value.tv_nsec = (long)(value % NSEC_PER_SEC),
		.it_interval.tv_nsec = REPEAT_NANOSECONDS,
	};
	uint64_t time = now();

	if (!has_timer)
		make_timer();
	if (is_still_good(wanted, time))
		return;
	timer_settime(timer, 0, &when, NULL);
	limit = wanted;
	set_at = time;
	/* A signal that was under way has been there by now. */
	over = 0;
}
