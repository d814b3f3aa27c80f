/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Waiting for the other side: first by looking, then asleep, for a bounded time
 * that grows. Where both sides share a kernel a ring of the bell wakes the
 * sleeper (futex); between two machines, and in memory of a PCI device, nothing
 * does, and the sleep ends by itself.
 */
#ifndef FATHOM_HOST_RING_BELL_H
#define FATHOM_HOST_RING_BELL_H

#include <stdbool.h>
#include <stdint.h>

#include "ring_layout.h"

/** The longest sleep, and so how late one side may see what the other did. */
#define RING_LONGEST_SLEEP_NS 10000000ull

/** One side's waits, one after the other. Zero-initialise. */
struct ring_wait {
	uint64_t since;	  /* ns: of this wait; 0: it has not begun */
	uint64_t spin_ns; /* how long to look before sleeping */
	bool woken;	  /* the last sleep that was of use ended by the bell */
};

/** There was something to see: the next wait is another one. */
static inline void ring_wait_over(struct ring_wait *wait)
{
	wait->since = 0;
}

/** CLOCK_MONOTONIC in nanoseconds. */
uint64_t ring_now_ns(void);

/** Tell who waits at @p bell, after what is to be told has been stored. */
void ring_bell_ring(struct ring_bell *bell);

/** What to give to ring_bell_wait(): to be loaded before looking for work. */
uint32_t ring_bell_count(const struct ring_bell *bell);

/**
 * Wait for a while, at most RING_LONGEST_SLEEP_NS, or until the bell is rung or
 * has been since @p count was loaded. In the first microseconds without sleep,
 * more of them if that has been worth it lately; later sleeps are a quarter as
 * long as the wait has lasted, and not short where the bell ends them.
 */
void ring_bell_wait(struct ring_bell *bell, uint32_t count,
		    struct ring_wait *wait);

#endif /* FATHOM_HOST_RING_BELL_H */
