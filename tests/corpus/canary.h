/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A secret of the IDS at the very address that the hostile kernel plants. A
 * program that reads it either prints it or, with CANARY_UNREADABLE in the
 * environment, dies of SIGSEGV: both fail the test.
 */
#ifndef CORPUS_CANARY_H
#define CORPUS_CANARY_H

#include <fathom/ids.h>
#include "objects.h"

/* As <sys/mman.h> has it, whose header clashes with the kernel's. */
int mprotect(char *address, unsigned long size, int protection);
unsigned long canary_map(unsigned long address, unsigned long size,
			 int protection, int flags, int file,
			 long offset) __asm__("mmap");
char *getenv(const char *name);

#define CANARY_READ	 1
#define CANARY_WRITE	 2
#define CANARY_MAP_FLAGS 0x100022 /* private, anonymous, fixed, no replace */

static __attribute__((constructor)) void plant_canary(void)
{
	static const char secret[16] = "TOP-SECRET-----";
	unsigned long address, i;
	char *memory;

	address = canary_map(SYNTHETIC_CANARY, SYNTHETIC_CANARY_SIZE,
			     CANARY_READ | CANARY_WRITE, CANARY_MAP_FLAGS, -1,
			     0);
	if (address != SYNTHETIC_CANARY)
		_exit(99);
	memory = fathom_local((char *)address);
	for (i = 0; i < SYNTHETIC_CANARY_SIZE; i++)
		memory[i] = secret[i % sizeof(secret)];
	if (getenv("CANARY_UNREADABLE") &&
	    mprotect(memory, SYNTHETIC_CANARY_SIZE, 0))
		_exit(99);
}

#endif /* CORPUS_CANARY_H */
