/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The printf family for arguments that may be the target's: see abi.h. */
#include <limits.h>
#include <stdio.h>

#include "access.h"
#include "format_arguments.h"
#include "libc_prototypes.h"

int __fathom_vfprintf(const struct fathom_site *site, FILE *stream,
		      const char *format, va_list args)
{
	struct fathom_arguments arguments;

	fathom_writable(stream, 0, site);
	format = fathom_arguments_collect(&arguments, format, args, site);
	return vfprintf(stream, format, fathom_arguments_list(&arguments));
}

int __fathom_vprintf(const struct fathom_site *site, const char *format,
		     va_list args)
{
	return __fathom_vfprintf(site, stdout, format, args);
}

int __fathom_vdprintf(const struct fathom_site *site, int fd,
		      const char *format, va_list args)
{
	struct fathom_arguments arguments;

	format = fathom_arguments_collect(&arguments, format, args, site);
	return vdprintf(fd, format, fathom_arguments_list(&arguments));
}

int __fathom_vsprintf(const struct fathom_site *site, char *buffer,
		      const char *format, va_list args)
{
	return __fathom_vsnprintf(site, buffer, INT_MAX, format, args);
}

int __fathom_vsnprintf(const struct fathom_site *site, char *buffer,
		       size_t size, const char *format, va_list args)
{
	struct fathom_arguments arguments;
	va_list measured;
	size_t length;

	format = fathom_arguments_collect(&arguments, format, args, site);
	if (size && !fathom_is_local(buffer)) {
		/* No more of the target's memory than it takes. */
		va_copy(measured, fathom_arguments_list(&arguments));
		length = (size_t)vsnprintf(NULL, 0, format, measured);
		va_end(measured);
		if (size > length + 1)
			size = length + 1;
		buffer = fathom_writable(buffer, size, site);
	}
	return vsnprintf(buffer, size, format,
			 fathom_arguments_list(&arguments));
}

int __fathom_vasprintf(const struct fathom_site *site, char **ret,
		       const char *format, va_list args)
{
	struct fathom_arguments arguments;

	ret = fathom_writable(ret, sizeof(*ret), site);
	format = fathom_arguments_collect(&arguments, format, args, site);
	return vasprintf(ret, format, fathom_arguments_list(&arguments));
}

/* Define @name by the function of the same name that takes a va_list. */
#define DEFINE_VARIADIC(name, declare, pass)    \
	int __fathom_##name declare             \
	{                                       \
		va_list args;                   \
		int result;                     \
                                                \
		va_start(args, format);         \
		result = __fathom_v##name pass; \
		va_end(args);                   \
		return result;                  \
	}

DEFINE_VARIADIC(printf,
		(const struct fathom_site *site, const char *format, ...),
		(site, format, args))
DEFINE_VARIADIC(fprintf,
		(const struct fathom_site *site, FILE *stream,
		 const char *format, ...),
		(site, stream, format, args))
DEFINE_VARIADIC(dprintf,
		(const struct fathom_site *site, int fd, const char *format,
		 ...),
		(site, fd, format, args))
DEFINE_VARIADIC(sprintf,
		(const struct fathom_site *site, char *buffer,
		 const char *format, ...),
		(site, buffer, format, args))
DEFINE_VARIADIC(snprintf,
		(const struct fathom_site *site, char *buffer, size_t size,
		 const char *format, ...),
		(site, buffer, size, format, args))
DEFINE_VARIADIC(asprintf,
		(const struct fathom_site *site, char **ret, const char *format,
		 ...),
		(site, ret, format, args))
