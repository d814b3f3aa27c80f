/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Where a watcher writes its events to: files (chain.h), stdout, the journal,
 * syslog.
 */
#ifndef FATHOM_WATCH_OUTPUTS_H
#define FATHOM_WATCH_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "chain.h"

#define WATCH_MAX_OUTPUTS 8

struct watch_output;

struct watch_outputs {
	size_t count;
	bool lasting;	   /* one of them is a file, or stdout */
	bool missing;	   /* a file was not there, though its head was */
	bool was_unsigned; /* in a file lay what was not signed */
	struct watch_output *outputs[WATCH_MAX_OUTPUTS];
};

/**
 * Open one more.
 *
 * @param[in] name file:PATH, stdout, journald[:SOCKET] or syslog[:SOCKET].
 * @param[in] line For each line that is in a file already.
 */
struct fathom_error *watch_outputs_open(struct watch_outputs *outputs,
					const char *name,
					const uint8_t key[FATHOM_KEY_SIZE],
					watch_chain_line line, void *context);

/**
 * Write an event to all of them, not yet for good. A logger that does not take
 * it is an error only if there is nothing that lasts.
 */
struct fathom_error *watch_outputs_write(struct watch_outputs *outputs,
					 json_t *event);

/** The same, for an event that nobody sends again: files keep it until then. */
struct fathom_error *watch_outputs_write_notice(struct watch_outputs *outputs,
						json_t *event);

/** How many of those were lost nevertheless, since the last call. */
uint64_t watch_outputs_take_lost(struct watch_outputs *outputs);

/** Write an event to files only, for whoever is started again. */
struct fathom_error *watch_outputs_write_logs(struct watch_outputs *outputs,
					      json_t *event);

/**
 * Where somebody has moved a file away, go on in a new one.
 *
 * @param[out] moved Whether that is so anywhere, also on failure.
 */
struct fathom_error *watch_outputs_move_on(struct watch_outputs *outputs,
					   bool *moved);

/** Make sure that what was written stays. */
struct fathom_error *watch_outputs_commit(struct watch_outputs *outputs);

void watch_outputs_close(struct watch_outputs *outputs);

#endif /* FATHOM_WATCH_OUTPUTS_H */
