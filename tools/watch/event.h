/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What a watcher writes: events in JSON by the names of the Elastic Common
 * Schema, and what it reads of them when it is started again.
 */
#ifndef FATHOM_WATCH_EVENT_H
#define FATHOM_WATCH_EVENT_H

#include <jansson.h>

#include "authorized.h"
#include "ids.h"

/** @return NULL if memory is short. */
json_t *watch_event_finding(const struct watch_ids *ids, uint64_t number,
			    const struct report_finding *finding);

/** @param[in] ids NULL if it is about the watcher itself. */
json_t *watch_event_notice(const struct watch_ids *ids,
			   const struct watch_notice *notice);

/**
 * What a new file of the log must know of an IDS, for whoever reads only that.
 *
 * @return NULL if memory is short.
 */
json_t *watch_event_carried(const struct watch_ids *ids);

/**
 * Learn from an event of the log what had been written down, and who was there.
 *
 * @param[in] context The struct watch_authorized.
 */
void watch_event_recall(void *context, const json_t *event);

#endif /* FATHOM_WATCH_EVENT_H */
