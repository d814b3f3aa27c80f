/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What must stand on clang's command line to compile or link an IDS program.
 */
#ifndef FATHOM_TOOLS_COMPILER_FLAGS_H
#define FATHOM_TOOLS_COMPILER_FLAGS_H

#include <stdbool.h>

struct argument_list;
struct fathom_error;
struct installation;

/** Value of --kernel-headers that stands for "compile without them". */
#define KERNEL_HEADERS_NONE "none"

/**
 * Append the flags for compiling, but for the plugin.
 *
 * @param[in] kernel_headers A release, a folder, KERNEL_HEADERS_NONE, or
 * NULL for the newest installed.
 */
struct fathom_error *
compiler_flags_compile(const struct installation *installation,
		       const char *kernel_headers, struct argument_list *list);

/**
 * Append what loads the plugin.
 *
 * @param[in] private_writes In private-write mode.
 */
struct fathom_error *
compiler_flags_plugin(const struct installation *installation,
		      bool private_writes, struct argument_list *list);

/** Append what links libfathom, found again when the program is run. */
struct fathom_error *
compiler_flags_link(const struct installation *installation,
		    struct argument_list *list);

/**
 * Append what a program takes that links the kernel's functions
 * (kernel_build.h). Stands after the author's options; the object itself stands
 * before all others, so that it is registered first (runtime/start.c).
 */
void compiler_flags_functions(struct argument_list *list);

#endif /* FATHOM_TOOLS_COMPILER_FLAGS_H */
