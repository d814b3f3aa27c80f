/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * From a kernel's image to its symbols: the ways to get them, and the checks
 * that they are this kernel's.
 */
#ifndef FATHOM_RUNTIME_IDENTIFY_H
#define FATHOM_RUNTIME_IDENTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include <fathom/error.h>

#include "cache.h"
#include "paging.h"
#include "table.h"
#include "vmcoreinfo.h"

struct fathom_client;

/** A kernel whose symbols are known and checked. Zero-initialise. */
struct fathom_kernel {
	struct fathom_image image;	  /* tables: those of swapper_pg_dir */
	const struct fathom_table *table; /* in one of the two: */
	struct fathom_table *owned;
	struct fathom_cache cache;
	struct fathom_cache_facts facts;
	char release[65];
	const char *source; /* "kallsyms", "cache", "System.map" */
	bool pti;
};

/** Release what a kernel holds. */
void fathom_kernel_release(struct fathom_kernel *kernel);

/** A page of RAM that parses as VMCOREINFO. */
struct fathom_evidence {
	uint64_t page; /* physical */
	struct fathom_vmcoreinfo info;
};

/* Each returns why not, if not; *ret then needs no release. */

/** By the symbol cache: a file whose build ID is where the file says. */
struct fathom_error *fathom_kernel_from_cache(struct fathom_client *client,
					      const struct fathom_image *image,
					      struct fathom_kernel *ret);

/** By the kallsyms tables, recognised in the image by their structure. */
struct fathom_error *fathom_kernel_from_image(struct fathom_client *client,
					      const struct fathom_image *image,
					      struct fathom_kernel *ret);

/**
 * By the kallsyms tables where @p evidence says they are, if the kernel agrees
 * that this page is its VMCOREINFO.
 */
struct fathom_error *fathom_kernel_from_vmcoreinfo(
	struct fathom_client *client, const struct fathom_image *image,
	const struct fathom_evidence *evidence, struct fathom_kernel *ret);

/** By a System.map. */
struct fathom_error *
fathom_kernel_from_system_map(struct fathom_client *client,
			      const struct fathom_image *image,
			      const char *path, struct fathom_kernel *ret);

/**
 * By an image of which only this is known: physical memory around
 * @p digits has kallsyms' token table.
 */
struct fathom_error *fathom_kernel_from_physical(struct fathom_client *client,
						 uint64_t digits,
						 struct fathom_kernel *ret);

/**
 * Is it of no use to try something else after @p error? (The target has gone,
 * memory is short; as opposed to: this was not the kernel.)
 */
bool fathom_error_is_final(const struct fathom_error *error);

#endif /* FATHOM_RUNTIME_IDENTIFY_H */
