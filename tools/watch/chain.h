/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A log that shows when it was changed: lines of JSON, each with its number and
 * the SHA-256 of the line before. Beside it lies its head, FILE.head: how many
 * lines there are, and the digest of the last one, signed by the watcher.
 */
#ifndef FATHOM_WATCH_CHAIN_H
#define FATHOM_WATCH_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include <fathom/error.h>
#include <fathom/seal.h>

struct watch_chain;

/** Called for each line of a log that is read. */
typedef void (*watch_chain_line)(void *context, const json_t *event);

/**
 * Open a log to go on with, or make it. All of it is checked; the beginning of
 * a line at its end, which a watcher left that was killed, is cut off.
 *
 * @param[in] key The watcher's own, private.
 * @param[in] line May be NULL.
 */
struct fathom_error *watch_chain_open(const char *path,
				      const uint8_t key[FATHOM_KEY_SIZE],
				      watch_chain_line line, void *context,
				      struct watch_chain **ret);

/** NULL does nothing. */
void watch_chain_close(struct watch_chain *chain);

/** Add a line, not yet for good. */
struct fathom_error *watch_chain_append(struct watch_chain *chain,
					json_t *event);

/**
 * Write down what was added, so that it outlives the machine. On failure none
 * of it is in the log.
 */
struct fathom_error *watch_chain_commit(struct watch_chain *chain);

/**
 * Check a log that may be in use.
 *
 * @param[in] key The watcher's public key; NULL: do not look at the signature.
 * @param[out] lines How many are fine, also on failure.
 * @return What is wrong, and with which line.
 */
struct fathom_error *watch_chain_verify(const char *path, const uint8_t *key,
					uint64_t *lines);

#endif /* FATHOM_WATCH_CHAIN_H */
