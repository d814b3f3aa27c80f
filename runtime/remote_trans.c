/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* RemoteTrans' calls: see <fathom/remote_trans.h>. */
#include <fathom/remote_trans.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <fathom/target.h>

#include "raise.h"
#include "target_state.h"

/* Of <fathom/ids.h>, which is for programs. */
size_t fathom_read_space(unsigned long root, unsigned long address,
			 void *buffer, size_t size);

/* All or nothing. */
static void *read_whole(unsigned long root, unsigned long address, size_t size)
{
	void *data = size ? malloc(size) : NULL;

	if (data && fathom_read_space(root, address, data, size) != size) {
		free(data);
		return NULL;
	}
	return data;
}

static const struct fathom_target *target_or_die(void)
{
	if (!fathom_default)
		fathom_die(FATHOM_EXIT_USAGE,
			   "the target is used before it is open");
	return fathom_default;
}

void *rt_get_data(unsigned long vaddr, size_t size)
{
	const struct fathom_target *target = target_or_die();

	if (fathom_target_refuses(target, vaddr, size ? size : 1))
		return NULL;
	return read_whole(target->info.page_table_root, vaddr, size);
}

/* Where the kernel maps all of RAM: KASLR moves it. */
static bool direct_map(uint64_t *ret)
{
	struct fathom_error *error;
	uint64_t variable;

	error = fathom_symbol_address(fathom_default, "page_offset_base",
				      &variable);
	if (!error)
		error = fathom_target_read(fathom_default, variable, ret,
					   sizeof(*ret));
	fathom_error_destroy(error);
	return !error;
}

void *rt_get_proc_data(unsigned long vaddr, size_t size, unsigned long pgd)
{
	const struct fathom_target *target = target_or_die();
	uint64_t base;

	if (pgd >= target->kernel_lowest) {
		if (!direct_map(&base) || pgd < base)
			return NULL;
		pgd -= base;
	}
	return read_whole(pgd & ~(FATHOM_PAGE_SIZE - 1), vaddr, size);
}
