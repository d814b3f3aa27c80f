/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* printk() and what warns: messages go to standard error. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format_arguments.h"
#include "kernel_stand_in.h"
#include "raise.h"

/* LOG_LINE_MAX of the kernel. */
#define LONGEST_FORMAT 1024

/* The level, as KERN_INFO, is two characters: start of heading and a digit. */
static const char *after_level(const char *format)
{
	return format[0] == '\001' && format[1] ? format + 2 : format;
}

static int print(const char *format, va_list args)
{
	struct fathom_arguments arguments;
	char local_format[LONGEST_FORMAT];

	fathom_arguments_collect_kernel(&arguments, local_format,
					sizeof(local_format), format, args);
	return vfprintf(stderr, after_level(local_format),
			fathom_arguments_list(&arguments));
}

int _printk(const char *format, ...);
FATHOM_STAND_IN(_printk);
int _printk(const char *format, ...)
{
	va_list args;
	int ret;

	va_start(args, format);
	ret = print(format, args);
	va_end(args);
	return ret;
}

int vprintk(const char *format, va_list args);
FATHOM_STAND_IN(vprintk);
int vprintk(const char *format, va_list args)
{
	return print(format, args);
}

/* pr_debug() with dynamic debugging; the descriptor says that it is on. */
void __dynamic_pr_debug(void *descriptor, const char *format, ...);
FATHOM_STAND_IN(__dynamic_pr_debug);
void __dynamic_pr_debug(void *descriptor, const char *format, ...)
{
	va_list args;

	(void)descriptor;
	va_start(args, format);
	print(format, args);
	va_end(args);
}

/* The text of a WARN(); the place follows from __fathom_warn(). */
void __warn_printk(const char *format, ...);
FATHOM_STAND_IN(__warn_printk);
void __warn_printk(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(format, args);
	va_end(args);
}

void __fathom_warn(const char *file, int line);
void __fathom_warn(const char *file, int line)
{
	fprintf(stderr, "WARNING: at %s:%d\n", file, line);
}

_Noreturn void __fathom_bug(const char *file, int line);
_Noreturn void __fathom_bug(const char *file, int line)
{
	struct fathom_site site = {.file = file, .line = (uint32_t)line};

	fathom_raise(FATHOM_FAULT_BUG, NULL, 0, 0, &site);
}

_Noreturn void panic(const char *format, ...);
FATHOM_STAND_IN(panic);
_Noreturn void panic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(format, args);
	va_end(args);
	fputc('\n', stderr);
	fathom_raise(FATHOM_FAULT_BUG, NULL, 0, 0, NULL);
}

/* A message is never one too many: an IDS's runs are short. */
int ___ratelimit(void *state, const char *function);
int ___ratelimit(void *state, const char *function)
{
	(void)state;
	(void)function;
	return 1;
}
