/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What libfathom knows about the target's kernel: where it lies, what its
 * symbols are called, and whether it fits the headers of a program.
 *
 * Internal to libfathom; <fathom/target.h> is its public face.
 */
#ifndef FATHOM_RUNTIME_SYMBOLS_H
#define FATHOM_RUNTIME_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>
#include <fathom/target.h>

struct fathom_client;
struct fathom_layout;

/** The kernel of one target. Immutable once loaded, so thread-safe. */
struct fathom_symbols;

/** All members may be 0. */
struct fathom_symbols_options {
	const char *system_map; /* path, for when kallsyms cannot be found */
	bool no_cache;		/* neither read nor write the symbol cache */
};

/** Owned by the symbols. Strings are never NULL unless said so. */
struct fathom_symbols_info {
	uint64_t kernel_base;	  /* virtual address of _text */
	uint64_t kaslr_offset;	  /* kernel_base - the one it was linked for */
	uint64_t page_table_root; /* physical address of swapper_pg_dir */
	unsigned int paging_levels; /* 4 or 5 */
	bool pti;		    /* page-table isolation is in force */
	const char *banner;	    /* linux_banner without the newline */
	const char *release;	    /* "6.1.0-56-cloud-amd64" */
	const char *build_id;	    /* lower-case hex; NULL if unknown */
	const char *source;	    /* "kallsyms", "cache", "System.map" */
	size_t count;
};

/**
 * Find the kernel of a target and its symbols, with nothing to go by but its
 * memory and (except for raw dumps) its CPUs' registers.
 *
 * Kernel memory should be read through info->page_table_root from then on,
 * rather than FATHOM_SPACE_KERNEL: the tables of swapper_pg_dir live as long
 * as the kernel does, those of a process do not.
 *
 * @param[in] client Stays the caller's; not kept.
 * @param[in] options NULL for the defaults.
 * @param[out] ret Destroyed by @ref fathom_symbols_destroy().
 * @return FATHOM_ERROR_TARGET if no kernel can be found, FATHOM_ERROR_FORMAT
 * if what was found is broken, or an error of @p client.
 */
struct fathom_error *
fathom_symbols_load(struct fathom_client *client,
		    const struct fathom_symbols_options *options,
		    struct fathom_symbols **ret);

/** NULL does nothing. */
void fathom_symbols_destroy(struct fathom_symbols *symbols);

const struct fathom_symbols_info *
fathom_symbols_info(const struct fathom_symbols *symbols);

/**
 * The symbol called @p name; of several, the one with the lowest address.
 *
 * @return false if there is none.
 */
bool fathom_symbols_find(const struct fathom_symbols *symbols, const char *name,
			 struct fathom_symbol_info *ret);

/** Whether exactly one symbol is called @p name. */
bool fathom_symbols_is_unique(const struct fathom_symbols *symbols,
			      const char *name);

/**
 * The symbol that covers @p address: the last one that does not start after
 * it.
 *
 * @return false outside the kernel's image.
 */
bool fathom_symbols_at(const struct fathom_symbols *symbols, uint64_t address,
		       struct fathom_symbol_info *ret);

/** Symbol number @p index in order of address; false past the last. */
bool fathom_symbols_get(const struct fathom_symbols *symbols, size_t index,
			struct fathom_symbol_info *ret);

/**
 * Check that the members a program was compiled to find lie in the target
 * where the program will look for them, by the target's own BTF.
 *
 * Does nothing when @p headers_release is the target's release. May be called
 * for several modules; fetches and parses the BTF once for each call, so it is
 * best called with the records of all modules of one release together.
 *
 * @param[in] headers_release Of the kernel headers; NULL if none were used,
 * which checks too.
 * @return FATHOM_ERROR_MISMATCH, naming up to five members that differ (or
 * that the target lacks), where they are in the headers and where in the
 * target; or saying that the target has no BTF to check against.
 */
struct fathom_error *fathom_layout_check(struct fathom_client *client,
					 const struct fathom_symbols *symbols,
					 const char *headers_release,
					 const struct fathom_layout *layouts,
					 size_t count);

#endif /* FATHOM_RUNTIME_SYMBOLS_H */
