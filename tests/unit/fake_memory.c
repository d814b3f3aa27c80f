/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access.h"
#include "fake_memory.h"
#include "raise.h"
#include "symbol_name.h"

#define BASE 0xffff888000000000u

static char memory[FAKE_PAGES * FATHOM_PAGE_SIZE];
static bool mapped[FAKE_PAGES], touched[FAKE_PAGES];
static int copies;

jmp_buf fake_memory_fault;
fathom_u64 __fathom_loop_limit = 100;

void fake_memory_reset(void)
{
	memset(memory, 0xff, sizeof(memory));
	memset(mapped, 0, sizeof(mapped));
	memset(touched, 0, sizeof(touched));
	copies = 0;
}

char *fake_memory_map(size_t page)
{
	mapped[page] = true;
	return memory + page * FATHOM_PAGE_SIZE;
}

void fake_memory_put(size_t offset, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		fake_memory_map((offset + i) / FATHOM_PAGE_SIZE);
		memory[offset + i] = ((const char *)bytes)[i];
	}
}

void *fake_address(size_t offset)
{
	return (void *)(BASE + offset);
}

bool fake_memory_touched(size_t page)
{
	return touched[page];
}

int fake_memory_copies(void)
{
	return copies;
}

/* A fault is a jump back into the test. */
static _Noreturn void fault(void)
{
	longjmp(fake_memory_fault, 1);
}

static bool readable(uint64_t address)
{
	size_t page = (address - BASE) / FATHOM_PAGE_SIZE;

	if (address < BASE || page >= FAKE_PAGES || !mapped[page])
		return false;
	touched[page] = true;
	return true;
}

const void *fathom_access(const void *ptr, size_t size,
			  const struct fathom_site *site)
{
	uint64_t address = (uintptr_t)ptr;

	(void)site;
	if (fathom_is_local(ptr) || !size)
		return ptr;
	for (uint64_t at = address; at < address + size; at++)
		if (!readable(at))
			fault();
	return memory + (address - BASE);
}

const void *fathom_access_run(const void *ptr, size_t max, size_t *length,
			      const struct fathom_site *site)
{
	(void)site;
	*length = max;
	if (fathom_is_local(ptr))
		return ptr;
	if (max > fathom_page_rest(ptr))
		*length = fathom_page_rest(ptr);
	return fathom_access(ptr, *length, site);
}

void *__fathom_translate_write(fathom_u64 addr, fathom_u64 size,
			       const struct fathom_site *site)
{
	return (void *)fathom_access((const void *)(uintptr_t)addr, size, site);
}

void __fathom_check_local(const void *ptr, const struct fathom_site *site)
{
	(void)site;
	if (!fathom_is_local(ptr))
		fault();
}

void __fathom_loop_exceeded(const struct fathom_site *site)
{
	(void)site;
	fault();
}

void __fathom_copy(void *dst, const void *src, fathom_u64 size,
		   const char *shape, const struct fathom_site *site)
{
	(void)shape;
	copies++;
	memcpy(fathom_writable(dst, size, site), fathom_access(src, size, site),
	       size);
}

void fathom_die(int status, const char *format, ...)
{
	(void)format;
	_exit(status);
}

void fathom_raise(enum fathom_fault_reason reason, const char *message,
		  fathom_u64 address, fathom_u64 size,
		  const struct fathom_site *site)
{
	(void)reason;
	(void)message;
	(void)address;
	(void)size;
	(void)site;
	fault();
}

const char *__fathom_symbol_name(unsigned long address)
{
	return address == BASE + 0x10 ? "fake_symbol" : NULL;
}
