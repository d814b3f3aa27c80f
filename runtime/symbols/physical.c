/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A kernel found in nothing but physical memory: no registers, and no
 * VMCOREINFO either. Kallsyms, recognised by its structure, tells where the
 * kernel believes to be; linux_banner, found as text, where it is.
 */
#include <stdlib.h>

#include "../client.h"
#include "identify.h"
#include "kallsyms.h"
#include "kallsyms_search.h"
#include "verify.h"
#include "window.h"

/* A kernel's image is smaller. */
#define REACH (128ull << 20)
/* Logs have copies of the banner; few of them within reach. */
#define MAX_BANNERS 16

static const char banner_start[] = "Linux version ";

static struct fathom_error *ram_around(struct fathom_client *client,
				       uint64_t address, uint64_t *low,
				       uint64_t *high)
{
	const struct fathom_client_info *info = fathom_client_info(client);
	const struct fathom_wire_range *range;

	for (uint32_t i = 0; i < info->wire.range_count; i++) {
		range = &info->ranges[i];
		if (address < range->start ||
		    address - range->start >= range->size)
			continue;
		*low = range->start;
		*high = range->start + range->size;
		if (address - *low > REACH)
			*low = address - REACH;
		if (*high - address > REACH)
			*high = address + REACH;
		return NULL;
	}
	return fathom_error_fault(address, "not in RAM");
}

static struct fathom_error *decode_window(const struct fathom_window *window,
					  uint64_t digits,
					  struct fathom_kernel *kernel,
					  uint64_t *num_syms)
{
	struct fathom_kallsyms tables;
	struct fathom_error *error;
	size_t offset;

	error = fathom_kallsyms_search(window->data, window->size,
				       digits - window->start, 0, 0, &tables,
				       &offset);
	if (error)
		return error;
	*num_syms = window->start + offset;
	kernel->image.base = tables.relative_base;
	kernel->facts.count = tables.count;
	error = fathom_kallsyms_decode(&tables, tables.relative_base,
				       FATHOM_TEXT_END, &kernel->owned);
	kernel->table = kernel->owned;
	return error;
}

/* Is this the image, if it starts at @p physical? */
static struct fathom_error *try_place(struct fathom_client *client,
				      struct fathom_kernel *kernel,
				      uint64_t physical, unsigned int levels)
{
	struct fathom_image images[FATHOM_MAX_IMAGES];
	struct fathom_tables tables = {.levels = levels};
	struct fathom_error *error;
	uint64_t root;
	size_t count;

	if (!fathom_table_value(kernel->table, "init_top_pgt", &root) ||
	    root % 4096)
		return fathom_error_create(FATHOM_ERROR_SYMBOL,
					   "no init_top_pgt in kallsyms");
	tables.root = physical + root;
	error = fathom_images_find(client, &tables, &kernel->image.base, 1,
				   images, &count);
	if (error)
		return error;
	if (images[0].base != kernel->image.base ||
	    images[0].physical != physical)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"no page tables map the kernel at 0x%llx",
			(unsigned long long)kernel->image.base);
	kernel->image = images[0];
	return fathom_kernel_verify(client, kernel, NULL);
}

static struct fathom_error *try_banner(struct fathom_client *client,
				       struct fathom_kernel *kernel,
				       uint64_t physical, uint64_t num_syms)
{
	struct fathom_error *error;

	if (physical % FATHOM_LARGE_PAGE)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "no linux_banner in RAM");
	kernel->facts.count_address = num_syms - physical;
	error = try_place(client, kernel, physical, 4);
	if (!error || fathom_error_is_final(error))
		return error;
	fathom_error_destroy(error);
	return try_place(client, kernel, physical, 5);
}

static struct fathom_error *find_image(struct fathom_client *client,
				       struct fathom_kernel *kernel,
				       uint64_t low, uint64_t high,
				       uint64_t num_syms)
{
	uint64_t matches[MAX_BANNERS], banner, next;
	struct fathom_error *error;
	size_t count;

	if (!fathom_table_value(kernel->table, "linux_banner", &banner))
		return fathom_error_create(FATHOM_ERROR_SYMBOL,
					   "no linux_banner in kallsyms");
	error = fathom_client_scan(client, low, high, 1, banner_start,
				   sizeof(banner_start) - 1, matches,
				   MAX_BANNERS, &count, &next);
	if (error)
		return error;
	error = fathom_error_create(FATHOM_ERROR_FORMAT,
				    "no linux_banner in RAM");
	for (size_t i = 0; i < count; i++) {
		fathom_error_destroy(error);
		error = try_banner(client, kernel, matches[i] - banner,
				   num_syms);
		if (!error || fathom_error_is_final(error))
			return error;
	}
	return error;
}

struct fathom_error *fathom_kernel_from_physical(struct fathom_client *client,
						 uint64_t digits,
						 struct fathom_kernel *ret)
{
	uint64_t low, high, num_syms;
	struct fathom_window window;
	struct fathom_error *error;

	*ret = (struct fathom_kernel){.source = "kallsyms"};
	error = ram_around(client, digits, &low, &high);
	if (!error)
		error = fathom_window_read(client, digits,
					   FATHOM_WINDOW_STEPS - 1, low, high,
					   &window);
	if (error)
		return error;
	error = decode_window(&window, digits, ret, &num_syms);
	fathom_window_release(&window);
	if (!error)
		error = find_image(client, ret, low, high, num_syms);
	if (error)
		fathom_kernel_release(ret);
	return error;
}
