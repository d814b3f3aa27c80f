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

#include <stdint.h>

#include "ring_layout.h"

/** The longest sleep, and so how late one side may see what the other did. */
#define RING_LONGEST_SLEEP_NS 10000000ull

/** One wait: from when nothing was to be seen until something is. */
struct ring_wait {
	uint64_t since; /* ns; 0: has not begun */
};

/** CLOCK_MONOTONIC in nanoseconds. */
uint64_t ring_now_ns(void);

/** Tell who waits at @p bell, after what is to be told has been stored. */
void ring_bell_ring(struct ring_bell *bell);

/** What to give to ring_bell_wait(): to be loaded before looking for work. */
uint32_t ring_bell_count(const struct ring_bell *bell);

/**
 * Wait for a while, at most RING_LONGEST_SLEEP_NS, or until the bell is rung or
 * has been since @p count was loaded. In the first microseconds without sleep;
 * later sleeps are a quarter as long as the wait has lasted.
 */
void ring_bell_wait(struct ring_bell *bell, uint32_t count,
		    struct ring_wait *wait);

#endif /* FATHOM_HOST_RING_BELL_H */
