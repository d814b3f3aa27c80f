/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A log that shows when it was changed: lines of JSON, each with its number and
 * the SHA-256 of the line before. Beside it lies its head, FILE.head: how many
 * lines there are, and the digest of the last one, signed by the watcher. It
 * may go on from file to file; chain_walk.h says what they are like.
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
 * Open a log to go on with, or make it. All of the file is checked, and what
 * lies behind its signed head is taken out and added to FILE.unsigned: a
 * watcher left it that was killed, or anybody wrote it. If there is a head, but
 * nothing of the file, the log goes on in a new one.
 *
 * @param[in] key The watcher's own, private.
 * @param[in] line May be NULL.
 */
struct fathom_error *watch_chain_open(const char *path,
				      const uint8_t key[FATHOM_KEY_SIZE],
				      watch_chain_line line, void *context,
				      struct watch_chain **ret);

/**
 * How many lines the log had that were not found when it was opened: somebody
 * has taken the file away. 0: all is there.
 */
uint64_t watch_chain_missing(const struct watch_chain *chain);

/** Whether something lay behind the signed head when it was opened. */
bool watch_chain_was_unsigned(const struct watch_chain *chain);

/** NULL does nothing. */
void watch_chain_close(struct watch_chain *chain);

/** Notices that are kept while the log cannot be written. */
#define WATCH_CHAIN_NOTICES 4096

/** Add a line, not yet for good. */
struct fathom_error *watch_chain_append(struct watch_chain *chain,
					json_t *event);

/** Add a line that nobody sends again: it is kept until it is written down. */
struct fathom_error *watch_chain_append_notice(struct watch_chain *chain,
					       json_t *event);

/**
 * Write down what was added, so that it outlives the machine. On failure none
 * of it is in the log, and notices are added again.
 */
struct fathom_error *watch_chain_commit(struct watch_chain *chain);

/** How many notices could not be kept, since the last call. */
uint64_t watch_chain_take_lost(struct watch_chain *chain);

/**
 * If somebody has moved the file away, end it, and go on in a new one at its
 * path. On failure the log goes on in the file that it has.
 *
 * @param[out] moved Whether there is a new one. Its first line must be added.
 */
struct fathom_error *watch_chain_move_on(struct watch_chain *chain,
					 bool *moved);

/** Which lines of a log some files have. */
struct watch_chain_extent {
	uint64_t before; /* in files that come before */
	uint64_t lines;
};

/**
 * Check files of a log that may be in use.
 *
 * @param[in] paths Files that follow one another. If the last one has no end of
 * its own, its head must be beside it.
 * @param[in] key The watcher's public key; NULL: do not look at signatures.
 * @param[out] extent What is fine, also on failure.
 * @return What is wrong, and with which line.
 */
struct fathom_error *watch_chain_verify(const char *const *paths, size_t count,
					const uint8_t *key,
					struct watch_chain_extent *extent);

#endif /* FATHOM_WATCH_CHAIN_H */
