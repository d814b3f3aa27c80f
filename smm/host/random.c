/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Random bytes for keys, from the kernel. */
#include "../agent/platform.h"

#include <stdint.h>
#include <sys/random.h>
#include <sys/types.h>

/* getrandom(2) gives up to 256 bytes whole, or fails. */
#define AT_ONCE 256u

bool fathom_platform_random(void *buffer, size_t size)
{
	uint8_t *to = buffer;

	while (size) {
		size_t part = size < AT_ONCE ? size : AT_ONCE;

		if (getrandom(to, part, 0) != (ssize_t)part)
			return false;
		to += part;
		size -= part;
	}
	return true;
}
