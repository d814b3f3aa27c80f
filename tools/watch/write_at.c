/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Writing all: see write_at.h. */
#include "write_at.h"

#include <errno.h>
#include <unistd.h>

bool watch_write_at(int fd, const char *bytes, size_t size, off_t at)
{
	while (size) {
		ssize_t done = pwrite(fd, bytes, size, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		bytes += done;
		size -= (size_t)done;
		at += done;
	}
	return true;
}
