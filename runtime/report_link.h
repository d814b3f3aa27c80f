/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * An IDS's connection to its watcher: a thread that keeps it up, answers
 * challenges, and carries findings until they are acknowledged.
 */
#ifndef FATHOM_REPORT_LINK_H
#define FATHOM_REPORT_LINK_H

#include <fathom/error.h>
#include <fathom/seal.h>

#include "report_finding.h"

struct fathom_target;
struct report_link;

struct report_link_settings {
	const char *address; /* HOST:PORT, looked up once */
	uint64_t interval_ms;
	uint8_t key[FATHOM_KEY_SIZE];	  /* ours, private */
	uint8_t watcher[FATHOM_KEY_SIZE]; /* public */
};

/**
 * All that takes files: nothing is sent yet, but findings can be queued.
 *
 * @param[out] ret Lives as long as the process.
 */
struct fathom_error *
report_link_create(const struct report_link_settings *settings,
		   struct report_link **ret);

/**
 * Start the thread, once the process is sealed.
 *
 * @param[in] target What heartbeats make calls of; NULL if it cannot be opened,
 * which they then say.
 */
struct fathom_error *report_link_start(struct report_link *link,
				       const struct report_origin *origin,
				       struct fathom_target *target);

/** Never waits for the watcher. */
void report_link_send(struct report_link *link,
		      const struct report_finding *finding);

/**
 * Deliver what waits and say goodbye; gives up after some seconds.
 *
 * @param[in] status With which the process ends.
 * @return Findings that the watcher has not acknowledged.
 */
uint64_t report_link_finish(struct report_link *link, int status);

#endif /* FATHOM_REPORT_LINK_H */
