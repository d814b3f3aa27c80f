/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The functions that calls of FATHOM_LIBC_FUNCTIONS (abi.h) become. Each does
 * what the one it is named after does; pointers may be the program's own or
 * the target's, except those that are written through, which must be local.
 * @p site is the call, for faults; it may be NULL.
 */
#ifndef FATHOM_LIBC_PROTOTYPES_H
#define FATHOM_LIBC_PROTOTYPES_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include <fathom/abi.h>

#define SITE const struct fathom_site *site

void *__fathom_memcpy(SITE, void *dst, const void *src, size_t size);
void *__fathom_memmove(SITE, void *dst, const void *src, size_t size);
void *__fathom_mempcpy(SITE, void *dst, const void *src, size_t size);
void *__fathom_memset(SITE, void *dst, int c, size_t size);
int __fathom_memcmp(SITE, const void *a, const void *b, size_t size);
int __fathom_bcmp(SITE, const void *a, const void *b, size_t size);
void *__fathom_memchr(SITE, const void *block, int c, size_t size);
void *__fathom_memrchr(SITE, const void *block, int c, size_t size);
void *__fathom_memmem(SITE, const void *haystack, size_t haystack_size,
		      const void *needle, size_t needle_size);

size_t __fathom_strlen(SITE, const char *string);
size_t __fathom_strnlen(SITE, const char *string, size_t max);
int __fathom_strcmp(SITE, const char *a, const char *b);
int __fathom_strncmp(SITE, const char *a, const char *b, size_t max);
int __fathom_strcasecmp(SITE, const char *a, const char *b);
int __fathom_strncasecmp(SITE, const char *a, const char *b, size_t max);
char *__fathom_strcpy(SITE, char *dst, const char *src);
char *__fathom_strncpy(SITE, char *dst, const char *src, size_t size);
char *__fathom_stpcpy(SITE, char *dst, const char *src);
char *__fathom_stpncpy(SITE, char *dst, const char *src, size_t size);
size_t __fathom_strlcpy(SITE, char *dst, const char *src, size_t size);
ssize_t __fathom_strscpy(SITE, char *dst, const char *src, size_t size);
char *__fathom_strcat(SITE, char *dst, const char *src);
char *__fathom_strncat(SITE, char *dst, const char *src, size_t max);
char *__fathom_strchr(SITE, const char *string, int c);
char *__fathom_strrchr(SITE, const char *string, int c);
char *__fathom_strchrnul(SITE, const char *string, int c);
char *__fathom_strstr(SITE, const char *haystack, const char *needle);
char *__fathom_strcasestr(SITE, const char *haystack, const char *needle);
char *__fathom_strpbrk(SITE, const char *string, const char *accept);
size_t __fathom_strspn(SITE, const char *string, const char *accept);
size_t __fathom_strcspn(SITE, const char *string, const char *reject);
char *__fathom_strdup(SITE, const char *string);
char *__fathom_strndup(SITE, const char *string, size_t max);

int __fathom_atoi(SITE, const char *string);
long __fathom_atol(SITE, const char *string);
long __fathom_strtol(SITE, const char *string, char **end, int base);
unsigned long __fathom_strtoul(SITE, const char *string, char **end, int base);
long long __fathom_strtoll(SITE, const char *string, char **end, int base);
unsigned long long __fathom_strtoull(SITE, const char *string, char **end,
				     int base);

#define PRINTF(string, first) __attribute__((format(printf, string, first)))

int __fathom_printf(SITE, const char *format, ...) PRINTF(2, 3);
int __fathom_fprintf(SITE, FILE *stream, const char *format, ...) PRINTF(3, 4);
int __fathom_dprintf(SITE, int fd, const char *format, ...) PRINTF(3, 4);
int __fathom_sprintf(SITE, char *buffer, const char *format, ...) PRINTF(3, 4);
int __fathom_snprintf(SITE, char *buffer, size_t size, const char *format, ...)
	PRINTF(4, 5);
int __fathom_asprintf(SITE, char **ret, const char *format, ...) PRINTF(3, 4);
int __fathom_vprintf(SITE, const char *format, va_list args) PRINTF(2, 0);
int __fathom_vfprintf(SITE, FILE *stream, const char *format, va_list args)
	PRINTF(3, 0);
int __fathom_vdprintf(SITE, int fd, const char *format, va_list args)
	PRINTF(3, 0);
int __fathom_vsprintf(SITE, char *buffer, const char *format, va_list args)
	PRINTF(3, 0);
int __fathom_vsnprintf(SITE, char *buffer, size_t size, const char *format,
		       va_list args) PRINTF(4, 0);
int __fathom_vasprintf(SITE, char **ret, const char *format, va_list args)
	PRINTF(3, 0);

#undef PRINTF

int __fathom_puts(SITE, const char *string);
int __fathom_fputs(SITE, const char *string, FILE *stream);
size_t __fathom_fwrite(SITE, const void *data, size_t size, size_t count,
		       FILE *stream);
ssize_t __fathom_write(SITE, int fd, const void *data, size_t size);
void __fathom_perror(SITE, const char *prefix);

#undef SITE

#endif /* FATHOM_LIBC_PROTOTYPES_H */
