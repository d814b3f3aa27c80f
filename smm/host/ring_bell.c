/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Waiting for the other side: see ring_bell.h. */
#include "ring_bell.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * An answer that comes at once comes within some microseconds. Looking longer
 * than that pays if the other side has a CPU of its own, and if not keeps it
 * from answering: so the time grows when it was enough, and shrinks when not.
 */
#define SHORTEST_SPIN_NS 4000ull
#define LONGEST_SPIN_NS	 50000ull
#define SPIN_ROUNDS	 1000
/* The clock may be a system call. */
#define LOOKS_A_ROUND	  32

#define SHORTEST_SLEEP_NS 20000ull
/* Between two calls of an IDS that is at work. */
#define BUSY_NS	      2000000000ull
#define BUSY_SLEEP_NS 1000000ull
/* Where the other side wakes us; but it need not be true any more. */
#define SHORTEST_WOKEN_SLEEP_NS 1000000ull

uint64_t ring_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint32_t ring_bell_count(const struct ring_bell *bell)
{
	return atomic_load_explicit(&bell->count, memory_order_acquire);
}

/*
 * Both are sequentially consistent: either the sleeper sees the new count, or
 * we see that it sleeps. futex() fails where the memory is a device's.
 */
void ring_bell_ring(struct ring_bell *bell)
{
	atomic_fetch_add(&bell->count, 1);
	if (atomic_load(&bell->sleeps))
		syscall(SYS_futex, &bell->count, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* True if the bell was rung. */
static bool spin(const struct ring_bell *bell, uint32_t count, uint64_t since,
		 uint64_t ns)
{
	unsigned int round;
	unsigned int look;

	for (round = 0; round < SPIN_ROUNDS; round++) {
		for (look = 0; look < LOOKS_A_ROUND; look++) {
			if (ring_bell_count(bell) != count)
				return true;
			__builtin_ia32_pause();
		}
		if (ring_now_ns() - since >= ns)
			return false;
	}
	return false;
}

static void begin(const struct ring_bell *bell, uint32_t count,
		  struct ring_wait *wait)
{
	uint64_t ns = wait->spin_ns;

	wait->since = ring_now_ns();
	if (ns < SHORTEST_SPIN_NS)
		ns = SHORTEST_SPIN_NS;
	if (!spin(bell, count, wait->since, ns))
		wait->spin_ns = ns / 2;
	else if (ns < LONGEST_SPIN_NS)
		wait->spin_ns = ns * 2;
}

/* 0 if the bell ended it, else why not: as errno has it. */
static int sleep_at(struct ring_bell *bell, uint32_t count, uint64_t ns)
{
	const struct timespec time = {.tv_nsec = (long)ns};
	int reason = 0;

	atomic_store(&bell->sleeps, 1);
	if (syscall(SYS_futex, &bell->count, FUTEX_WAIT, count, &time, NULL, 0))
		reason = errno;
	if (reason && reason != EAGAIN && reason != EINTR &&
	    reason != ETIMEDOUT)
		nanosleep(&time, NULL);
	atomic_store(&bell->sleeps, 0);
	return reason;
}

static void sleep_for(struct ring_bell *bell, uint32_t count, uint64_t ns,
		      struct ring_wait *wait)
{
	int reason = sleep_at(bell, count, ns);

	if (!reason)
		wait->woken = true;
	else if (reason != EAGAIN && ring_bell_count(bell) != count)
		wait->woken = false;
}

void ring_bell_wait(struct ring_bell *bell, uint32_t count,
		    struct ring_wait *wait)
{
	uint64_t shortest = wait->woken ? SHORTEST_WOKEN_SLEEP_NS
					: SHORTEST_SLEEP_NS;
	uint64_t longest;
	uint64_t lasted;
	uint64_t ns;

	if (!wait->since) {
		begin(bell, count, wait);
		return;
	}
	lasted = ring_now_ns() - wait->since;
	longest = lasted < BUSY_NS ? BUSY_SLEEP_NS : RING_LONGEST_SLEEP_NS;
	ns = lasted / 4;
	if (ns < shortest)
		ns = shortest;
	if (ns > longest)
		ns = longest;
	sleep_for(bell, count, ns, wait);
}
