/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Kinds of mappings. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "populate.h"

#define PAGE   4096
#define HUGE   (2UL << 20)
#define PIECES 500

static void *map(size_t size, int access, int flags, int fd)
{
	void *ret = mmap(NULL, size, access, flags, fd, 0);

	if (ret == MAP_FAILED)
		die("mmap");
	return ret;
}

static void *map_file(const char *path, int flags)
{
	int fd = new_file(path);
	void *ret;

	must(ftruncate(fd, 4 * PAGE), "ftruncate");
	ret = map(4 * PAGE, PROT_READ | PROT_WRITE, flags, fd);
	memset(ret, 1, 2 * PAGE);
	close(fd);
	return ret;
}

static void have_files(void *argument)
{
	(void)argument;
	map_file("/tmp/populate/shared", MAP_SHARED);
	map_file("/tmp/populate/private", MAP_PRIVATE);
	map_file("/tmp/populate/mapped and deleted", MAP_SHARED);
	must(unlink("/tmp/populate/mapped and deleted"), "unlink");
	map_file("/tmp/populate/mapped\nby \\ an odd\tname\xfe", MAP_PRIVATE);
	map_file("/tmp/populate/mapped (deleted)", MAP_SHARED);
}

static void have_shared(void *argument)
{
	int id = (int)must(shmget(IPC_PRIVATE, 3 * PAGE, IPC_CREAT | 0600),
			   "shmget");
	int fd = (int)must(memfd_create("shared name", 0), "memfd");
	char *memory = map(HUGE, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1);

	(void)argument;
	memset(memory, 1, HUGE / 2);
	memory = shmat(id, NULL, 0);
	if (memory == (void *)-1)
		die("shmat");
	memset(memory, 1, PAGE);
	must(ftruncate(fd, 2 * PAGE), "ftruncate");
	memset(map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd), 1, PAGE);
	must(shmctl(id, IPC_RMID, NULL), "IPC_RMID");
}

static void have_flags(void *argument)
{
	const int private = MAP_PRIVATE | MAP_ANONYMOUS;
	char *memory;

	(void)argument;
	map(PAGE, PROT_NONE, private, -1);
	map(PAGE, PROT_EXEC, private, -1);
	map(PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, private, -1);
	map(64 * PAGE, PROT_READ | PROT_WRITE, private | MAP_NORESERVE, -1);
	map(PAGE, PROT_READ | PROT_WRITE, private | MAP_GROWSDOWN, -1);
	map(16 * PAGE, PROT_READ | PROT_WRITE, private | MAP_LOCKED, -1);
	memory = map(8 * PAGE, PROT_READ | PROT_WRITE, private, -1);
	must(madvise(memory, PAGE, MADV_DONTDUMP), "MADV_DONTDUMP");
	must(madvise(memory + 2 * PAGE, PAGE, MADV_DONTFORK), "MADV_DONTFORK");
	must(madvise(memory + 4 * PAGE, PAGE, MADV_WIPEONFORK), "WIPEONFORK");
	must(mlockall(MCL_CURRENT), "mlockall");
}

/* Huge pages of both kinds; those of the second have to be set aside first. */
static void have_huge(void *argument)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *memory = map(4 * HUGE, PROT_READ | PROT_WRITE, flags, -1);

	(void)argument;
	memory = (char *)(((size_t)memory + HUGE) & ~(HUGE - 1));
	must(madvise(memory, 2 * HUGE, MADV_HUGEPAGE), "MADV_HUGEPAGE");
	memset(memory, 1, 2 * HUGE);
	write_text("/proc/sys/vm/nr_hugepages", "4");
	memory = mmap(NULL, HUGE, PROT_READ | PROT_WRITE, flags | MAP_HUGETLB,
		      -1, 0);
	/* There may be no free memory in one piece. */
	if (memory != MAP_FAILED)
		memset(memory, 1, PAGE);
}

/* So many that they have a tree of some depth. */
static void have_many(void *argument)
{
	char *memory = map(2 * PIECES * PAGE, PROT_READ,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1);

	(void)argument;
	for (size_t i = 0; i < PIECES; i++)
		must(mprotect(memory + 2 * i * PAGE, PAGE,
			      PROT_READ | PROT_WRITE),
		     "mprotect");
	memset(sbrk(10 * PAGE), 1, 5 * PAGE);
}

/* A stack that has grown, at an address that is no multiple of much. */
static void have_deep_stack(void *argument)
{
	volatile char room[100 * PAGE];

	(void)argument;
	for (size_t i = 0; i < sizeof(room); i += PAGE)
		room[i] = 1;
}

/* The lowest and the highest pages that there are. */
static void have_borders(void *argument)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;

	(void)argument;
	if (mmap((void *)0x10000, PAGE, PROT_READ, flags, -1, 0) == MAP_FAILED)
		die("the lowest page");
	if (mmap((void *)0x7fffffffe000, PAGE, PROT_READ, flags, -1, 0) ==
	    MAP_FAILED)
		die("the highest page");
}

void start_memory(void)
{
	start(have_files, NULL);
	start(have_shared, NULL);
	start(have_flags, NULL);
	start(have_huge, NULL);
	start(have_many, NULL);
	start(have_deep_stack, NULL);
	start(have_borders, NULL);
}
