/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Secret pages: see fathom/secret.h. */
#include <fathom/secret.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fathom/error.h>
#include <openssl/crypto.h>

#include "../agent/crypto.h"

/*
 * What libcrypto may have in use: keys and what is computed from them, but
 * also its tables of algorithms, some 400 KiB.
 */
#define ARENA_SIZE     (2u << 20)
#define ARENA_SMALLEST 32

static bool active;
static bool arena_ready;

static size_t whole_pages(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

int fathom_secret_file(size_t size)
{
	int fd = (int)syscall(SYS_memfd_secret, O_CLOEXEC);
	int saved;

	if (fd >= 0 && ftruncate(fd, (off_t)size)) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/* Map secret pages: anywhere, or instead of what is at @p where. */
static void *map_secret(void *where, size_t size)
{
	int flags = MAP_SHARED | (where ? MAP_FIXED : 0);
	int fd = fathom_secret_file(size);
	void *map;

	if (fd < 0)
		return MAP_FAILED;
	map = mmap(where, size, PROT_READ | PROT_WRITE, flags, fd, 0);
	close(fd);
	return map;
}

/*
 * libcrypto's memory is put into its own secure heap, and that heap on secret
 * pages. Before the heap is there, and for what it keeps of the heap itself,
 * memory is as usual.
 */
static void *arena_malloc(size_t size, const char *file, int line)
{
	return arena_ready ? CRYPTO_secure_malloc(size, file, line)
			   : malloc(size);
}

static void arena_free(void *memory, const char *file, int line)
{
	if (memory && CRYPTO_secure_allocated(memory))
		CRYPTO_secure_clear_free(
			memory, CRYPTO_secure_actual_size(memory), file, line);
	else
		free(memory);
}

static void *arena_realloc(void *memory, size_t size, const char *file,
			   int line)
{
	size_t old;
	void *new;

	if (!memory)
		return arena_malloc(size, file, line);
	if (!CRYPTO_secure_allocated(memory))
		return realloc(memory, size);
	old = CRYPTO_secure_actual_size(memory);
	if (size <= old)
		return memory;
	new = arena_malloc(size, file, line);
	if (new) {
		memcpy(new, memory, old);
		arena_free(memory, file, line);
	}
	return new;
}

/* The start of the heap that @inside is in: guard pages are around it. */
static uint8_t *arena_start(uint8_t *inside)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *start = inside - (uintptr_t)inside % page;

	while (CRYPTO_secure_allocated(start - page))
		start -= page;
	return start;
}

/* Put secret pages under the heap; what it has written there is kept. */
static bool move_arena(void)
{
	uint8_t *inside = CRYPTO_secure_malloc(1, __FILE__, __LINE__);
	uint8_t *copy = malloc(ARENA_SIZE);
	uint8_t *start;
	bool done = false;

	if (inside && copy) {
		start = arena_start(inside);
		memcpy(copy, start, ARENA_SIZE);
		done = map_secret(start, ARENA_SIZE) != MAP_FAILED;
		if (done)
			memcpy(start, copy, ARENA_SIZE);
	}
	free(copy);
	CRYPTO_secure_free(inside, __FILE__, __LINE__);
	return done;
}

static struct fathom_error *cannot(const char *what)
{
	return fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
				   "cannot keep keys in secret memory: %s",
				   what);
}

struct fathom_error *fathom_secret_start(bool *available)
{
	int fd = fathom_secret_file((size_t)sysconf(_SC_PAGESIZE));

	*available = fd >= 0;
	if (fd < 0 && errno != ENOSYS && errno != EPERM)
		return fathom_error_os(errno, "memfd_secret");
	if (fd < 0)
		return NULL;
	close(fd);
	if (!CRYPTO_set_mem_functions(arena_malloc, arena_realloc, arena_free))
		return cannot("the program has used libcrypto already");
	if (CRYPTO_secure_malloc_init(ARENA_SIZE, ARENA_SMALLEST) == 0)
		return cannot("libcrypto has no secure heap");
	if (!move_arena())
		return fathom_error_os(
			errno,
			"cannot keep keys in secret memory: RLIMIT_MEMLOCK (ulimit -l) allows too little, or");
	arena_ready = true;
	active = true;
	return NULL;
}

bool fathom_secret_active(void)
{
	return active;
}

void *fathom_secret_alloc(size_t size)
{
	void *secret;

	if (!active)
		return calloc(1, size);
	secret = map_secret(NULL, whole_pages(size));
	return secret == MAP_FAILED ? NULL : secret;
}

void fathom_secret_free(void *secret, size_t size)
{
	if (!secret)
		return;
	crypto_wipe(secret, size);
	if (active)
		munmap(secret, whole_pages(size));
	else
		free(secret);
}

/* More than libcrypto's deepest calls take. */
#define DEAD_STACK 65536

void __attribute__((noinline)) fathom_secret_wipe_stack(void)
{
	uint8_t frames[DEAD_STACK];

	if (active)
		crypto_wipe(frames, sizeof(frames));
}
