/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * How all IDSes are, in a file of JSON: written by the watcher, about once a
 * second, and shown by `fathom watch --top`.
 */
#ifndef FATHOM_WATCH_STATE_FILE_H
#define FATHOM_WATCH_STATE_FILE_H

#include <jansson.h>

#include "authorized.h"

/** Between two times that it is written. */
#define WATCH_STATE_MS 1000

struct watch_state_file;

/** Make the file; an error if that cannot be done. */
struct fathom_error *watch_state_file_create(const char *path,
					     struct watch_state_file **ret);

/** Write the file if it is time to. NULL does nothing. */
void watch_state_file_write(struct watch_state_file *file,
			    const struct watch_authorized *authorized,
			    uint64_t now);

/** Removes the file. NULL does nothing. */
void watch_state_file_destroy(struct watch_state_file *file);

/** The state of all, as it is written. NULL if memory is short. */
json_t *watch_state(const struct watch_authorized *authorized, uint64_t now);

#endif /* FATHOM_WATCH_STATE_FILE_H */
