/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The part of libc that an IDS wants, declared so that it can stand beside
 * the kernel's headers: glibc's own ABI on x86-64, the kernel's types. What the
 * kernel declares itself (<linux/string.h>, the printf family but for
 * printf) is not repeated. Included by ids.h only.
 */
#ifndef FATHOM_LIBC_H
#define FATHOM_LIBC_H

#ifndef FATHOM_IDS_H
#error include<fathom/ids.h>
#endif

/* stdio.h */
typedef struct _IO_FILE FILE;
extern FILE *stdin, *stdout, *stderr;
#define EOF (-1)
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2
#define BUFSIZ 8192

#define FATHOM_PRINTF(string, first) \
	__attribute__((__format__(__printf__, string, first)))

int printf(const char *format, ...) FATHOM_PRINTF(1, 2);
int fprintf(FILE *stream, const char *format, ...) FATHOM_PRINTF(2, 3);
int dprintf(int fd, const char *format, ...) FATHOM_PRINTF(2, 3);
int asprintf(char **ret, const char *format, ...) FATHOM_PRINTF(2, 3);
int vprintf(const char *format, __builtin_va_list args) FATHOM_PRINTF(1, 0);
int vfprintf(FILE *stream, const char *format, __builtin_va_list args)
	FATHOM_PRINTF(2, 0);
int vdprintf(int fd, const char *format, __builtin_va_list args)
	FATHOM_PRINTF(2, 0);
int vasprintf(char **ret, const char *format, __builtin_va_list args)
	FATHOM_PRINTF(2, 0);
int puts(const char *string);
int fputs(const char *string, FILE *stream);
int putchar(int c);
int fputc(int c, FILE *stream);
int getc(FILE *stream);
int fgetc(FILE *stream);
int getchar(void);
char *fgets(char *buffer, int size, FILE *stream);
FILE *fopen(const char *path, const char *mode);
FILE *fdopen(int fd, const char *mode);
int fclose(FILE *stream);
int fflush(FILE *stream);
int feof(FILE *stream);
int ferror(FILE *stream);
void clearerr(FILE *stream);
int fileno(FILE *stream);
int fseek(FILE *stream, long offset, int whence);
long ftell(FILE *stream);
void rewind(FILE *stream);
int setvbuf(FILE *stream, char *buffer, int mode, size_t size);
size_t fread(void *buffer, size_t size, size_t count, FILE *stream);
size_t fwrite(const void *buffer, size_t size, size_t count, FILE *stream);
ssize_t getline(char **line, size_t *capacity, FILE *stream);
ssize_t getdelim(char **line, size_t *capacity, int delimiter, FILE *stream);
FILE *open_memstream(char **buffer, size_t *size);
void perror(const char *prefix);

#undef FATHOM_PRINTF

/* stdlib.h */
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#ifndef RAND_MAX
#define RAND_MAX 2147483647
#endif

void *malloc(size_t size) __attribute__((__malloc__));
void *calloc(size_t count, size_t size) __attribute__((__malloc__));
void *realloc(void *ptr, size_t size);
void *reallocarray(void *ptr, size_t count, size_t size);
void *aligned_alloc(size_t alignment, size_t size) __attribute__((__malloc__));
void free(void *ptr);
void exit(int status) __attribute__((__noreturn__));
void _exit(int status) __attribute__((__noreturn__));
void abort(void) __attribute__((__noreturn__));
int atexit(void (*function)(void));
char *getenv(const char *name);
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);
int atoi(const char *string);
long atol(const char *string);
long long atoll(const char *string);
long strtol(const char *string, char **end, int base);
unsigned long strtoul(const char *string, char **end, int base);
long long strtoll(const char *string, char **end, int base);
unsigned long long strtoull(const char *string, char **end, int base);
double strtod(const char *string, char **end);
void qsort(void *base, size_t count, size_t size,
	   int (*compare)(const void *, const void *));
void qsort_r(void *base, size_t count, size_t size,
	     int (*compare)(const void *, const void *, void *), void *context);
#ifndef _LINUX_BSEARCH_H
void *bsearch(const void *key, const void *base, size_t count, size_t size,
	      int (*compare)(const void *, const void *));
#endif
int rand(void);
void srand(unsigned int seed);

/* string.h, beyond the kernel's */
void *mempcpy(void *dst, const void *src, size_t size);
void *memrchr(const void *block, int c, size_t size);
void *memmem(const void *haystack, size_t haystack_size, const void *needle,
	     size_t needle_size);
char *stpcpy(char *dst, const char *src);
char *stpncpy(char *dst, const char *src, size_t size);
char *strcasestr(const char *haystack, const char *needle);
char *strdup(const char *string) __attribute__((__malloc__));
char *strndup(const char *string, size_t size) __attribute__((__malloc__));
char *strtok(char *string, const char *delimiters);
char *strtok_r(char *string, const char *delimiters, char **state);
char *strerror(int number);
size_t strlcpy(char *dst, const char *src, size_t size);

/* unistd.h */
#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

ssize_t read(int fd, void *buffer, size_t size);
ssize_t write(int fd, const void *buffer, size_t size);
int close(int fd);
int isatty(int fd);
int getopt(int argc, char *const argv[], const char *options);
extern char *optarg;
extern int optind, opterr, optopt;
pid_t getpid(void);
unsigned int sleep(unsigned int seconds);
int usleep(unsigned int microseconds);

/* errno.h: the numbers are in <linux/errno.h> */
int *__errno_location(void) __attribute__((__const__));
#define errno (*__errno_location())

/* assert.h */
void __assert_fail(const char *assertion, const char *file, unsigned int line,
		   const char *function) __attribute__((__noreturn__));
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition)  \
	((condition)       \
		 ? (void)0 \
		 : __assert_fail(#condition, __FILE__, __LINE__, __func__))
#endif

/* setjmp.h */
struct __jmp_buf_tag {
	unsigned long __opaque[25];
};
typedef struct __jmp_buf_tag jmp_buf[1];
int _setjmp(jmp_buf environment) __attribute__((__returns_twice__));
void longjmp(jmp_buf environment, int value) __attribute__((__noreturn__));
#define setjmp(environment) _setjmp(environment)

/* time.h; struct tm is the kernel's, so no localtime() */
typedef long time_t;
struct timespec {
	time_t tv_sec;
	long tv_nsec;
};
#ifndef CLOCK_REALTIME
#define CLOCK_REALTIME 0
#endif
#ifndef CLOCK_MONOTONIC
#define CLOCK_MONOTONIC 1
#endif
time_t time(time_t *ret);
int clock_gettime(int clock, struct timespec *ret);
int nanosleep(const struct timespec *duration, struct timespec *rest);

/* pthread.h: default attributes only */
typedef unsigned long pthread_t;
typedef union {
	char __opaque[40];
	long __align;
} pthread_mutex_t;
typedef union {
	char __opaque[48];
	long long __align;
} pthread_cond_t;
typedef union pthread_attr_t pthread_attr_t;
typedef union pthread_mutexattr_t pthread_mutexattr_t;
typedef union pthread_condattr_t pthread_condattr_t;
#define PTHREAD_MUTEX_INITIALIZER {{0}}
#define PTHREAD_COND_INITIALIZER  {{0}}
int pthread_create(pthread_t *ret, const pthread_attr_t *attributes,
		   void *(*function)(void *), void *argument);
int pthread_join(pthread_t thread, void **ret);
int pthread_detach(pthread_t thread);
pthread_t pthread_self(void);
void pthread_exit(void *ret) __attribute__((__noreturn__));
int pthread_mutex_init(pthread_mutex_t *mutex,
		       const pthread_mutexattr_t *attributes);
int pthread_mutex_lock(pthread_mutex_t *mutex);
int pthread_mutex_unlock(pthread_mutex_t *mutex);
int pthread_mutex_destroy(pthread_mutex_t *mutex);
int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex);
int pthread_cond_signal(pthread_cond_t *condition);
int pthread_cond_broadcast(pthread_cond_t *condition);

/* stdint.h; the kernel has the types, and some of the limits */
#ifndef INT8_MAX
#define INT8_MAX   0x7f
#define INT16_MAX  0x7fff
#define INT32_MAX  0x7fffffff
#define UINT8_MAX  0xff
#define UINT16_MAX 0xffff
#define UINT32_MAX 0xffffffffU
#define INT64_MAX  0x7fffffffffffffffLL
#define UINT64_MAX 0xffffffffffffffffULL
#define INT8_MIN   (-INT8_MAX - 1)
#define INT16_MIN  (-INT16_MAX - 1)
#define INT32_MIN  (-INT32_MAX - 1)
#define INT64_MIN  (-INT64_MAX - 1)
#endif

/* inttypes.h, for the kernel's u64 and s64 */
#define PRId64	"lld"
#define PRIi64	"lli"
#define PRIu64	"llu"
#define PRIx64	"llx"
#define PRIX64	"llX"
#define PRId32	"d"
#define PRIu32	"u"
#define PRIx32	"x"
#define PRIuPTR "lu"
#define PRIxPTR "lx"

#endif /* FATHOM_LIBC_H */
