/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Errors as objects: see fathom/error.h. */
#include <fathom/error.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char no_memory_message[] = "out of memory";

/* Returned when not even an error can be allocated; never freed. */
static struct fathom_error no_memory_error = {
	.code = FATHOM_ERROR_NO_MEMORY,
	.message = no_memory_message,
};

static char *format_message(const char *format, va_list args)
{
	char *message;

	if (vasprintf(&message, format, args) < 0)
		return NULL;
	return message;
}

/* Takes ownership of @message; NULL stands for a failed allocation. */
static struct fathom_error *error_new(enum fathom_error_code code,
				      char *message)
{
	struct fathom_error *error;

	if (!message)
		return &no_memory_error;
	error = calloc(1, sizeof(*error));
	if (!error) {
		free(message);
		return &no_memory_error;
	}
	error->code = code;
	error->message = message;
	return error;
}

struct fathom_error *fathom_error_create(enum fathom_error_code code,
					 const char *format, ...)
{
	va_list args;
	char *message;

	va_start(args, format);
	message = format_message(format, args);
	va_end(args);
	return error_new(code, message);
}

/* strerror() is not thread-safe: the GNU strerror_r() is. */
static char *append_strerror(char *message, int errnum)
{
	char buffer[256];
	char *whole;

	if (!message)
		return NULL;
	if (asprintf(&whole, "%s: %s", message,
		     strerror_r(errnum, buffer, sizeof(buffer))) < 0)
		whole = NULL;
	free(message);
	return whole;
}

struct fathom_error *fathom_error_os(int errnum, const char *format, ...)
{
	struct fathom_error *error;
	va_list args;
	char *message;

	va_start(args, format);
	message = format_message(format, args);
	va_end(args);
	error = error_new(FATHOM_ERROR_OS, append_strerror(message, errnum));
	if (error != &no_memory_error)
		error->errnum = errnum;
	return error;
}

struct fathom_error *fathom_error_fault(uint64_t address, const char *format,
					...)
{
	struct fathom_error *error;
	va_list args;
	char *message;

	va_start(args, format);
	message = format_message(format, args);
	va_end(args);
	error = error_new(FATHOM_ERROR_FAULT, message);
	if (error != &no_memory_error)
		error->address = address;
	return error;
}

struct fathom_error *fathom_error_prefix(struct fathom_error *error,
					 const char *format, ...)
{
	va_list args;
	char *prefix;
	char *whole;

	if (error == &no_memory_error)
		return error;
	va_start(args, format);
	prefix = format_message(format, args);
	va_end(args);
	/* Short of memory, the message without its prefix is still true. */
	if (!prefix)
		return error;
	if (asprintf(&whole, "%s: %s", prefix, error->message) >= 0) {
		free(error->message);
		error->message = whole;
	}
	free(prefix);
	return error;
}

void fathom_error_destroy(struct fathom_error *error)
{
	if (!error || error == &no_memory_error)
		return;
	free(error->message);
	free(error);
}
