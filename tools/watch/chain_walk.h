/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Reading a file of a chained log, which may be anybody's, from its beginning
 * to its end.
 *
 * Each line has its number and the digest of the line before. Numbers go on
 * from file to file: the first line of a file that is not the log's first says
 * so ("continues"). A file that the log went on from ends with a line that is
 * no event: the signed place of its last one, {"end": ...}.
 */
#ifndef FATHOM_WATCH_CHAIN_WALK_H
#define FATHOM_WATCH_CHAIN_WALK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <openssl/evp.h>

#include <fathom/error.h>

#include "chain.h"
#include "chain_place.h"
#include "report_message.h"

/* Events are messages with some more around them. */
#define WATCH_MAX_LINE (2 * REPORT_MAX_LINE)

struct watch_walk {
	const char *path; /* for messages */
	FILE *file;
	EVP_PKEY *key; /* the end must be signed by it; NULL: by anybody */
	const struct watch_place *head; /* signed: the log has it */
	const char *after;     /* path of the file before; NULL: any, or none */
	watch_chain_line line; /* may be NULL */
	void *context;
	bool only_signed; /* in: stop behind what the head was signed for */

	struct watch_place at; /* in: the end of the file before */
	struct watch_place begin;
	bool begun;
	bool ended;   /* by such an end */
	bool stopped; /* before a line that is not signed */
	bool torn;    /* the last line has no end */
	off_t size;   /* of whole lines, to where it stopped */
};

/**
 * Read all of it. What is wrong with the first wrong line is the error, and
 * the place before is in @ref watch_walk.at.
 */
struct fathom_error *watch_walk(struct watch_walk *walk);

/** Whether the log goes further than this file, by its head. */
struct fathom_error *watch_walk_check_head(const struct watch_walk *walk);

#endif /* FATHOM_WATCH_CHAIN_WALK_H */
