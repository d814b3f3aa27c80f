/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Kernel headers packages: finding one, and the compiler flags that make it
 * usable from an ordinary program.
 */
#ifndef FATHOM_TOOLS_HEADERS_H
#define FATHOM_TOOLS_HEADERS_H

#include <stddef.h>

struct fathom_error;

/** One headers package. All strings are owned by the structure. */
struct fathom_headers {
	char *release; /* UTS_RELEASE: "6.1.0-56-cloud-amd64" */
	char *build;   /* folder with include/generated: what a module's
			  /lib/modules/RELEASE/build names */
	char *source;  /* folder with include/linux; the same as build unless
			  the package is split, as Debian's are */
};

/**
 * Find a headers package.
 *
 * Looked into, in this order, one package of a release counting once:
 * /usr/src, then usr/src of the unpacked packages that fathom-lab keeps in
 * $XDG_CACHE_HOME/fathom/kernels/RELEASE (~/.cache if unset).
 *
 * @param[in] request A release, or the beginning of one (6.1: the newest of
 * those); a folder (recognised by a slash, or by being
 * "." or ".."), either the package's own or one that a package was unpacked
 * into; or NULL for the newest release there is.
 * @param[out] ret Freed by @ref fathom_headers_destroy().
 * @return FATHOM_ERROR_INVALID_ARGUMENT if there is none, or if it is not a
 * configured x86-64 tree; FATHOM_ERROR_UNSUPPORTED for a kernel whose
 * structures are laid out at random (CONFIG_RANDSTRUCT).
 */
struct fathom_error *fathom_headers_find(const char *request,
					 struct fathom_headers **ret);

/** NULL does nothing. */
void fathom_headers_destroy(struct fathom_headers *headers);

/**
 * The flags for compiling an IDS program against @p headers with clang.
 *
 * @param[in] include_dir Folder of our own headers: the one that contains
 * fathom/ids.h.
 * @param[out] ret NULL-terminated; freed by @ref fathom_headers_free_flags().
 */
struct fathom_error *fathom_headers_flags(const struct fathom_headers *headers,
					  const char *include_dir, char ***ret);

/** NULL does nothing. */
void fathom_headers_free_flags(char **flags);

/**
 * Order of two kernel releases by their numbers, as `sort -V` and dpkg have
 * it: less than, equal to or greater than 0. A tilde sorts before the end
 * (6.12~rc1 before 6.12).
 */
int fathom_headers_compare(const char *a, const char *b);

#endif /* FATHOM_TOOLS_HEADERS_H */
