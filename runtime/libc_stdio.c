/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Output without a format, of bytes that may be the target's: see abi.h. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "access.h"
#include "libc_prototypes.h"
#include "remote_string.h"

int __fathom_puts(const struct fathom_site *site, const char *string)
{
	return puts(fathom_string(string, site));
}

int __fathom_fputs(const struct fathom_site *site, const char *string,
		   FILE *stream)
{
	fathom_writable(stream, 0, site);
	return fputs(fathom_string(string, site), stream);
}

size_t __fathom_fwrite(const struct fathom_site *site, const void *data,
		       size_t size, size_t count, FILE *stream)
{
	size_t total;

	fathom_writable(stream, 0, site);
	if (__builtin_mul_overflow(size, count, &total)) {
		errno = EOVERFLOW;
		return 0;
	}
	return fwrite(fathom_access(data, total, site), size, count, stream);
}

ssize_t __fathom_write(const struct fathom_site *site, int fd, const void *data,
		       size_t size)
{
	return write(fd, fathom_access(data, size, site), size);
}

void __fathom_perror(const struct fathom_site *site, const char *prefix)
{
	int saved = errno;

	if (prefix)
		prefix = fathom_string(prefix, site);
	errno = saved;
	perror(prefix);
}
