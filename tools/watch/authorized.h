/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The list of IDSes that a watcher knows, a line each:
 *
 *	NAME KEY [sha256=DIGEST] [interval=SECONDS] [required]
 */
#ifndef FATHOM_WATCH_AUTHORIZED_H
#define FATHOM_WATCH_AUTHORIZED_H

#include <stddef.h>

#include <fathom/error.h>

#include "ids.h"

#define WATCH_MAX_IDS 1024

struct watch_authorized {
	size_t count;
	struct watch_ids *ids;
};

/** @param[out] ret Its ids are freed by the caller. */
struct fathom_error *watch_authorized_read(const char *path,
					   struct watch_authorized *ret);

/** NULL if nobody has that key. */
struct watch_ids *
watch_authorized_find(const struct watch_authorized *authorized,
		      const uint8_t key[FATHOM_KEY_SIZE]);

#endif /* FATHOM_WATCH_AUTHORIZED_H */
