/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Symbols kept on disk, one file for each build of a kernel, so that the next
 * start need not decode kallsyms again:
 * $XDG_CACHE_HOME/fathom/symbols/BUILD-ID, or ~/.cache/fathom/symbols/...
 *
 * A file is an accelerator and no authority: a broken one is ignored, and what
 * a good one says is compared with the target by the caller.
 */
#ifndef FATHOM_RUNTIME_CACHE_H
#define FATHOM_RUNTIME_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

#include "table.h"

#define FATHOM_BANNER_SIZE 512

/** What is kept with the symbols, to compare with the target. */
struct fathom_cache_facts {
	char build_id[48];		 /* lower-case hex */
	char banner[FATHOM_BANNER_SIZE]; /* without the newline */
	uint64_t link_base;		 /* _text without KASLR */
	uint64_t note;		/* of the build ID, from the kernel's base */
	uint64_t count;		/* kallsyms_num_syms */
	uint64_t count_address; /* where that is, from the kernel's base */
};

/** A mapped cache file. */
struct fathom_cache {
	const struct fathom_cache_facts *facts;
	const struct fathom_table *table;
	void *mapping;
	size_t size;
};

/** Where a file says the build ID of its kernel lies. */
struct fathom_cache_place {
	char build_id[48]; /* lower-case hex */
	uint64_t note;	   /* from the kernel's base */
};

/**
 * What is there, by the files' own word.
 *
 * @param[out] ret Room for @p max. If there are more, some are left out.
 * @return How many.
 */
size_t fathom_cache_places(struct fathom_cache_place *ret, size_t max);

/**
 * Map the file of a build.
 *
 * @param[in] build_id Lower-case hex, which this checks: it comes from the
 * target and becomes a file name.
 * @param[out] ret Released by @ref fathom_cache_close().
 * @return An error if there is none, or none that is whole, belongs to this
 * user and can be written by nobody else.
 */
struct fathom_error *fathom_cache_open(const char *build_id,
				       struct fathom_cache *ret);

void fathom_cache_close(struct fathom_cache *cache);

/** Write, or replace atomically, the file of facts->build_id. */
struct fathom_error *fathom_cache_store(const struct fathom_cache_facts *facts,
					const struct fathom_table *table);

#endif /* FATHOM_RUNTIME_CACHE_H */
