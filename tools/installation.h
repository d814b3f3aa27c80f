/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Where Fathom's own parts are, seen from the running program: bin/ lies
 * beside lib/ and include/ in the build tree and under every prefix.
 */
#ifndef FATHOM_TOOLS_INSTALLATION_H
#define FATHOM_TOOLS_INSTALLATION_H

#include <stdbool.h>

struct fathom_error;

/** All paths are absolute and owned by the structure. */
struct installation {
	char *prefix;
	char *binary_dir;
	char *include_dir; /* holds fathom/ids.h; <prefix>/include */
	char *library_dir; /* holds libfathom.so; NULL if there is none */
	char *plugin;	   /* FathomPass.so; NULL if there is none */
};

/**
 * Find the parts by the path of the running program.
 *
 * Missing parts are no error here: `fathom doctor` tells about them.
 *
 * @param[out] ret Deinitialised by @ref installation_deinit().
 */
struct fathom_error *installation_find(struct installation *ret);

/** FATHOM_ERROR_OS that says how to mend it when the plugin is missing. */
struct fathom_error *
installation_need_plugin(const struct installation *installation);

/** The same for libfathom. */
struct fathom_error *
installation_need_library(const struct installation *installation);

/**
 * Whether the dynamic linker looks into the library's folder by itself, so
 * that a program needs no run path to find libfathom.so there.
 */
bool installation_library_is_system(const struct installation *installation);

void installation_deinit(struct installation *installation);

#endif /* FATHOM_TOOLS_INSTALLATION_H */
