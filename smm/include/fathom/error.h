/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Errors: NULL is success, anything else is an object that says what failed
 * and where. The convention is libdrgn's.
 */
#ifndef FATHOM_ERROR_H
#define FATHOM_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fathom_error_code {
	FATHOM_ERROR_NO_MEMORY = 1,
	FATHOM_ERROR_INVALID_ARGUMENT, /* the caller's or the user's mistake */
	FATHOM_ERROR_OS,	       /* a system call failed: see errnum */
	FATHOM_ERROR_TARGET,	       /* cannot be reached, or has gone */
	FATHOM_ERROR_PROTOCOL,	       /* agent or relay broke the format */
	FATHOM_ERROR_FORMAT,	       /* dump, symbol or BTF data is broken */
	FATHOM_ERROR_FAULT,	       /* target memory cannot be read */
	FATHOM_ERROR_SYMBOL,	       /* the kernel has no such symbol */
	FATHOM_ERROR_MISMATCH,	       /* headers do not fit the kernel */
	FATHOM_ERROR_LIMIT,	       /* a bound was reached */
	FATHOM_ERROR_UNSUPPORTED,
};

struct fathom_error {
	enum fathom_error_code code;
	int errnum;	  /* errno of FATHOM_ERROR_OS, else 0 */
	uint64_t address; /* of FATHOM_ERROR_FAULT, else 0 */
	char *message;	  /* one line, no full stop, owned by the error */
};

/** Never NULL: when memory is short, a static out-of-memory error. */
struct fathom_error *fathom_error_create(enum fathom_error_code code,
					 const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/** FATHOM_ERROR_OS; appends ": strerror(errnum)" to the message. */
struct fathom_error *fathom_error_os(int errnum, const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/** FATHOM_ERROR_FAULT at @p address; the message should not repeat it. */
struct fathom_error *fathom_error_fault(uint64_t address, const char *format,
					...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/** Put "text: " before the message of @p error; returns @p error. */
struct fathom_error *fathom_error_prefix(struct fathom_error *error,
					 const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/** NULL does nothing. */
void fathom_error_destroy(struct fathom_error *error);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_ERROR_H */
