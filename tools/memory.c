/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See memory.h.
 */
#include "memory.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "status.h"

void *xreallocarray(void *old, size_t count, size_t size)
{
	void *memory = reallocarray(old, count, size);

	if (!memory)
		err(STATUS_TOOL_FAILED, "allocating memory");
	return memory;
}

char *xvformat(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		err(STATUS_TOOL_FAILED, "allocating memory");
	return text;
}

char *xformat(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = xvformat(format, arguments);
	va_end(arguments);
	return text;
}
