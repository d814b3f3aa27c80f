/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The arguments of a printf, made fit for libc: strings of the target are
 * replaced by local copies, pointers to be printed lose their tags. libc then
 * does the formatting, so that every conversion means what it always meant.
 */
#ifndef FATHOM_FORMAT_ARGUMENTS_H
#define FATHOM_FORMAT_ARGUMENTS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/abi.h>

/* The C standard demands 127 arguments of a call; long double takes two. */
#define FATHOM_MAX_ARGUMENT_SLOTS 256

struct fathom_arguments {
	va_list list; /* for libc; reads from slots */
	size_t count;
	_Alignas(16) uint64_t slots[FATHOM_MAX_ARGUMENT_SLOTS];
};

/**
 * Read @p args as @p format says. Raises a fault if the format or a string
 * cannot be read, ends the program if the format has positional arguments or
 * more of them than there is room for.
 *
 * @param[out] ret Not to be copied; good until the end of the epoch.
 * @return The format, local.
 */
const char *fathom_arguments_collect(struct fathom_arguments *ret,
				     const char *format, va_list args,
				     const struct fathom_site *site);

/**
 * The same for printk()'s dialect of formats: %pS and the like become %s.
 *
 * @param[out] buffer Gets the format as libc wants it, cut off if longer.
 */
void fathom_arguments_collect_kernel(struct fathom_arguments *ret, char *buffer,
				     size_t size, const char *format,
				     va_list args);

/* What a va_list is when it is passed. */
typedef __typeof__(&(*(va_list *)NULL)[0]) fathom_va_list;

/** The arguments as libc takes them, once they have been collected. */
fathom_va_list fathom_arguments_list(struct fathom_arguments *arguments);

#endif /* FATHOM_FORMAT_ARGUMENTS_H */
