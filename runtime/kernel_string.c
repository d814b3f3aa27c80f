/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The kernel's string functions that libc has not: lib/string.c and others. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_stand_in.h"
#include "libc_prototypes.h"
#include "remote_string.h"

ssize_t strscpy(char *dst, const char *src, size_t size);
FATHOM_STAND_IN(strscpy);
ssize_t strscpy(char *dst, const char *src, size_t size)
{
	return __fathom_strscpy(NULL, dst, src, size);
}

size_t strlcpy(char *dst, const char *src, size_t size);
FATHOM_STAND_IN(strlcpy);
size_t strlcpy(char *dst, const char *src, size_t size)
{
	return __fathom_strlcpy(NULL, dst, src, size);
}

size_t strlcat(char *dst, const char *src, size_t size);
FATHOM_STAND_IN(strlcat);
size_t strlcat(char *dst, const char *src, size_t size)
{
	size_t length = strnlen(fathom_writable(dst, size, NULL), size);

	return length +
	       __fathom_strlcpy(NULL, dst + length, src, size - length);
}

char *strnchr(const char *string, size_t max, int c);
FATHOM_STAND_IN(strnchr);
char *strnchr(const char *string, size_t max, int c)
{
	size_t length = fathom_string_length(string, max, NULL);

	if (!c)
		return length < max ? (char *)string + length : NULL;
	return __fathom_memchr(NULL, string, c, length);
}

char *strnstr(const char *haystack, const char *needle, size_t max);
FATHOM_STAND_IN(strnstr);
char *strnstr(const char *haystack, const char *needle, size_t max)
{
	return __fathom_memmem(NULL, haystack,
			       fathom_string_length(haystack, max, NULL),
			       needle, __fathom_strlen(NULL, needle));
}

char *skip_spaces(const char *string);
FATHOM_STAND_IN(skip_spaces);
char *skip_spaces(const char *string)
{
	return (char *)string + __fathom_strspn(NULL, string, " \t\n\v\f\r");
}

/* The lengths without a newline at the end are equal, and so are the bytes. */
bool sysfs_streq(const char *a, const char *b);
FATHOM_STAND_IN(sysfs_streq);
bool sysfs_streq(const char *a, const char *b)
{
	const char *left = fathom_string(a, NULL);
	const char *right = fathom_string(b, NULL);
	size_t length_left = strlen(left), length_right = strlen(right);

	if (length_left && left[length_left - 1] == '\n')
		length_left--;
	if (length_right && right[length_right - 1] == '\n')
		length_right--;
	return length_left == length_right && !memcmp(left, right, length_left);
}

int vscnprintf(char *buffer, size_t size, const char *format, va_list args);
FATHOM_STAND_IN(vscnprintf);
int vscnprintf(char *buffer, size_t size, const char *format, va_list args)
{
	int length = __fathom_vsnprintf(NULL, buffer, size, format, args);

	if (length < 0 || !size)
		return 0;
	return (size_t)length < size ? length : (int)(size - 1);
}

int scnprintf(char *buffer, size_t size, const char *format, ...);
FATHOM_STAND_IN(scnprintf);
int scnprintf(char *buffer, size_t size, const char *format, ...)
{
	va_list args;
	int ret;

	va_start(args, format);
	ret = vscnprintf(buffer, size, format, args);
	va_end(args);
	return ret;
}

char *kasprintf(unsigned int flags, const char *format, ...);
FATHOM_STAND_IN(kasprintf);
char *kasprintf(unsigned int flags, const char *format, ...)
{
	va_list args;
	char *ret;

	(void)flags;
	va_start(args, format);
	if (__fathom_vasprintf(NULL, &ret, format, args) < 0)
		ret = NULL;
	va_end(args);
	return ret;
}

/* Magnitude and sign of a whole string: digits, and one newline at most. */
static int parse(const char *string, unsigned int base, bool *negative,
		 unsigned long long *ret)
{
	char *end;

	string = fathom_string(string, NULL);
	*negative = *string == '-';
	if (*string == '-' || *string == '+')
		string++;
	if (!isxdigit((unsigned char)*string))
		return -EINVAL;
	errno = 0;
	*ret = strtoull(string, &end, base);
	if (*end == '\n')
		end++;
	if (end == string || *end)
		return -EINVAL;
	return errno == ERANGE ? -ERANGE : 0;
}

static int parse_unsigned(const char *string, unsigned int base,
			  unsigned long long max, unsigned long long *ret)
{
	bool negative;
	int error = parse(string, base, &negative, ret);

	if (error)
		return error;
	if (negative)
		return -EINVAL;
	return *ret > max ? -ERANGE : 0;
}

static int parse_signed(const char *string, unsigned int base, long long max,
			long long *ret)
{
	unsigned long long value;
	bool negative;
	int error = parse(string, base, &negative, &value);

	if (error)
		return error;
	if (value > (unsigned long long)max + negative)
		return -ERANGE;
	*ret = negative ? (long long)-value : (long long)value;
	return 0;
}

#define DEFINE_UNSIGNED(name, type, max)                                       \
	int name(const char *string, unsigned int base,                        \
		 __typeof__(type) *ret);                                       \
	FATHOM_STAND_IN(name);                                                 \
	int name(const char *string, unsigned int base, __typeof__(type) *ret) \
	{                                                                      \
		unsigned long long value;                                      \
		int error = parse_unsigned(string, base, max, &value);         \
                                                                               \
		if (!error)                                                    \
			*(__typeof__(type) *)fathom_writable(ret, 0, NULL) =   \
				(type)value;                                   \
		return error;                                                  \
	}

#define DEFINE_SIGNED(name, type, max)                                         \
	int name(const char *string, unsigned int base,                        \
		 __typeof__(type) *ret);                                       \
	FATHOM_STAND_IN(name);                                                 \
	int name(const char *string, unsigned int base, __typeof__(type) *ret) \
	{                                                                      \
		long long value;                                               \
		int error = parse_signed(string, base, max, &value);           \
                                                                               \
		if (!error)                                                    \
			*(__typeof__(type) *)fathom_writable(ret, 0, NULL) =   \
				(type)value;                                   \
		return error;                                                  \
	}

DEFINE_UNSIGNED(kstrtoull, unsigned long long, ULLONG_MAX)
DEFINE_UNSIGNED(_kstrtoul, unsigned long, ULONG_MAX)
DEFINE_UNSIGNED(kstrtouint, unsigned int, UINT_MAX)
DEFINE_SIGNED(kstrtoll, long long, LLONG_MAX)
DEFINE_SIGNED(_kstrtol, long, LONG_MAX)
DEFINE_SIGNED(kstrtoint, int, INT_MAX)
