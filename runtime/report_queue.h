/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Findings that the watcher has not written down yet. Numbered from 1 without
 * gaps; bounded. What does not fit is counted and not kept: the first findings
 * are the nearest to what happened.
 */
#ifndef FATHOM_REPORT_QUEUE_H
#define FATHOM_REPORT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report_finding.h"

#define REPORT_QUEUE_LENGTH 1024
#define REPORT_QUEUE_BYTES  (4u << 20)

struct report_queue_entry {
	char *line; /* the message, as it is sent */
	size_t size;
};

/** Zero-initialise. Not thread-safe. */
struct report_queue {
	uint64_t acknowledged; /* last number that is with the watcher */
	uint64_t last;	       /* last number given */
	uint64_t dropped;
	size_t bytes;
	struct report_queue_entry entries[REPORT_QUEUE_LENGTH];
};

/** @return False if there is no room; then it is counted. */
bool report_queue_add(struct report_queue *queue,
		      const struct report_finding *finding);

/** The message with that number; NULL if it is not there. */
const struct report_queue_entry *
report_queue_get(const struct report_queue *queue, uint64_t number);

/** Forget all up to @p number. @return False if it was never given. */
bool report_queue_acknowledge(struct report_queue *queue, uint64_t number);

/** How many wait. */
uint64_t report_queue_waiting(const struct report_queue *queue);

#endif /* FATHOM_REPORT_QUEUE_H */
