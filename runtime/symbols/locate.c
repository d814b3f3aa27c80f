/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Where the kernel is, and which of the ways to its symbols are tried in
 * which order.
 */
#include <string.h>

#include "../client.h"
#include "bytes.h"
#include "kallsyms_search.h"
#include "locate.h"
#include "symbols.h"

#define CR3_ADDRESS   0x000ffffffffff000ull
#define CR3_USER_HALF 0x1000ull /* with PTI (arch/x86/entry/calling.h) */
#define CR4_LA57      (1ull << 12)

/* CPUs that are asked before giving up. */
#define MAX_CPUS 4
/* A process may end, and its page tables with it, while we read them. */
#define MAX_ATTEMPTS 3
/* Patterns in RAM that are looked at; planted ones cost time. */
#define MAX_CANDIDATES 4096
/* Those that got so far that a whole symbol table was decoded for them. */
#define MAX_DECODED 32
/* Searches of all of RAM; each takes seconds where there is much of it. */
#define MAX_SEARCHES 3
#define BATCH	     64

/* Interrupt gate (SDM vol. 3A, 6.14.1) of the page-fault exception. */
#define GATE_SIZE	16
#define GATE_PAGE_FAULT 14

/* What a search goes by, and how much more it may try. */
struct search {
	struct fathom_client *client;
	const struct fathom_symbols_options *options;
	struct fathom_kernel *kernel;
	unsigned int decoded, searches;
	struct fathom_error *map; /* why the System.map was of no use */
};

/*
 * One step after another until one succeeds: does @p *error, what came of the
 * last one, leave something to try?
 */
static bool try_next(struct fathom_error **error)
{
	if (!*error || fathom_error_is_final(*error))
		return false;
	fathom_error_destroy(*error);
	*error = NULL;
	return true;
}

/*
 * Whoever names a System.map wants to hear what is wrong with it, whatever is
 * tried and fails after it.
 */
static struct fathom_error *try_system_map(struct search *search,
					   const struct fathom_image *image)
{
	struct fathom_error *error;

	error = fathom_kernel_from_system_map(search->client, image,
					      search->options->system_map,
					      search->kernel);
	if (!error || fathom_error_is_final(error))
		return error;
	fathom_error_destroy(search->map);
	search->map = fathom_error_create(error->code, "%s", error->message);
	return error;
}

static struct fathom_error *read_candidate(struct fathom_client *client,
					   struct fathom_evidence *evidence)
{
	char text[FATHOM_VMCOREINFO_SIZE];
	struct fathom_error *error;

	error = fathom_client_read(client, FATHOM_SPACE_PHYSICAL,
				   evidence->page, text, sizeof(text));
	if (error)
		return error;
	return fathom_vmcoreinfo_parse(text, sizeof(text), &evidence->info);
}

/* Cheap to see, so seen before anything is decoded. */
static struct fathom_error *
check_candidate(const struct fathom_vmcoreinfo *info,
		const struct fathom_image *image)
{
	if (info->stext >= image->base &&
	    info->stext - image->base < FATHOM_LARGE_PAGE &&
	    info->phys_base - FATHOM_TEXT_START ==
		    image->physical - image->base)
		return NULL;
	return fathom_error_create(FATHOM_ERROR_FORMAT,
				   "VMCOREINFO contradicts the page tables");
}

/* The image where its own VMCOREINFO says it is, by its own page tables. */
static struct fathom_error *
image_by_candidate(struct fathom_client *client,
		   const struct fathom_vmcoreinfo *info,
		   struct fathom_image *image)
{
	struct fathom_image images[FATHOM_MAX_IMAGES];
	uint64_t shift = info->phys_base - FATHOM_TEXT_START;
	struct fathom_tables tables = {
		.root = info->swapper_pg_dir + shift,
		.levels = info->pgtable_l5_enabled == 1 ? 5 : 4,
	};
	struct fathom_error *error;
	size_t count;

	if (tables.root & ~CR3_ADDRESS)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"VMCOREINFO has no sensible swapper_pg_dir");
	error = fathom_images_find(client, &tables, &info->stext, 1, images,
				   &count);
	if (error)
		return error;
	*image = images[0];
	return check_candidate(info, image);
}

/* Without an @p image, the candidate must lead to one. */
static struct fathom_error *try_candidate(struct search *search,
					  const struct fathom_image *image,
					  uint64_t page)
{
	struct fathom_evidence evidence = {.page = page};
	struct fathom_image found;
	struct fathom_error *error;

	error = read_candidate(search->client, &evidence);
	if (!error)
		error = image ? check_candidate(&evidence.info, image)
			      : image_by_candidate(search->client,
						   &evidence.info, &found);
	if (error)
		return error;
	if (search->decoded++ >= MAX_DECODED)
		return fathom_error_create(
			FATHOM_ERROR_LIMIT,
			"more than %u pages claim to be VMCOREINFO",
			MAX_DECODED);
	if (image)
		found = *image;
	if (!image && !search->options->no_cache) {
		error = fathom_kernel_from_cache(search->client, &found,
						 search->kernel);
		if (!try_next(&error))
			return error;
	}
	error = fathom_kernel_from_vmcoreinfo(search->client, &found, &evidence,
					      search->kernel);
	/* Before 6.0 VMCOREINFO does not tell where kallsyms is. */
	if (!image && try_next(&error))
		error = fathom_kernel_from_image(search->client, &found,
						 search->kernel);
	if (!image && search->options->system_map && try_next(&error))
		error = try_system_map(search, &found);
	return error ? fathom_error_prefix(error,
					   "VMCOREINFO at physical 0x%llx",
					   (unsigned long long)page)
		     : NULL;
}

typedef struct fathom_error *(*try_match)(struct search *search,
					  const struct fathom_image *image,
					  uint64_t match);

/* Every occurrence of a pattern in a RAM range, until one succeeds. */
static struct fathom_error *
try_range(struct search *search, const struct fathom_wire_range *range,
	  const char *pattern, size_t length, uint64_t alignment, try_match try,
	  const struct fathom_image *image, size_t *budget,
	  struct fathom_error **reason)
{
	uint64_t next = range->start, end = range->start + range->size;
	uint64_t matches[BATCH];
	struct fathom_error *error;
	size_t count;

	while (next < end && *budget) {
		error = fathom_client_scan(search->client, next, end, alignment,
					   pattern, length, matches, BATCH,
					   &count, &next);
		if (error)
			return error;
		for (size_t i = 0; i < count && *budget; i++, (*budget)--) {
			fathom_error_destroy(*reason);
			*reason = try(search, image, matches[i]);
			if (!*reason || fathom_error_is_final(*reason))
				return NULL;
		}
	}
	return NULL;
}

/* Every occurrence in all of RAM. */
static struct fathom_error *try_ram(struct search *search, const char *pattern,
				    size_t length, uint64_t alignment,
				    try_match try,
				    const struct fathom_image *image,
				    const char *none)
{
	const struct fathom_client_info *info =
		fathom_client_info(search->client);
	struct fathom_error *error, *reason;
	size_t budget = MAX_CANDIDATES;

	reason = fathom_error_create(FATHOM_ERROR_FORMAT, "%s", none);
	if (search->searches++ >= MAX_SEARCHES)
		return reason;
	for (uint32_t i = 0; i < info->wire.range_count; i++) {
		error = try_range(search, &info->ranges[i], pattern, length,
				  alignment, try, image, &budget, &reason);
		if (error) {
			fathom_error_destroy(reason);
			return error;
		}
		if (!reason || fathom_error_is_final(reason))
			return reason;
	}
	return reason;
}

static struct fathom_error *try_vmcoreinfo(struct search *search,
					   const struct fathom_image *image)
{
	return try_ram(
		search, FATHOM_VMCOREINFO_MAGIC,
		strlen(FATHOM_VMCOREINFO_MAGIC), FATHOM_VMCOREINFO_SIZE,
		try_candidate, image,
		"no kallsyms in the kernel's image and no VMCOREINFO in RAM");
}

/* All the ways, the cheapest first. */
static struct fathom_error *try_image(struct search *search,
				      const struct fathom_image *image)
{
	struct fathom_error *error = NULL;

	if (!search->options->no_cache) {
		error = fathom_kernel_from_cache(search->client, image,
						 search->kernel);
		if (!try_next(&error))
			return error;
	}
	error = fathom_kernel_from_image(search->client, image, search->kernel);
	if (try_next(&error))
		error = try_vmcoreinfo(search, image);
	if (search->options->system_map && try_next(&error))
		error = try_system_map(search, image);
	return error;
}

/* The handler of page faults, by the IDT; 0 if that cannot be read. */
static uint64_t page_fault_handler(struct fathom_client *client,
				   const struct fathom_wire_cpu *cpu)
{
	uint8_t gate[GATE_SIZE] = {};
	struct fathom_client_item item = {
		.space = FATHOM_SPACE_KERNEL,
		.address = cpu->idt_base + GATE_PAGE_FAULT * GATE_SIZE,
		.buffer = gate,
		.length = sizeof(gate),
	};
	struct fathom_error *error = fathom_client_readv(client, &item, 1);

	if (error || item.done != sizeof(gate)) {
		fathom_error_destroy(error);
		return 0;
	}
	return fathom_le16(gate) | (uint64_t)fathom_le16(gate + 6) << 16 |
	       (uint64_t)fathom_le32(gate + 8) << 32;
}

static struct fathom_error *try_tables(struct search *search,
				       const struct fathom_tables *tables,
				       const uint64_t *hints, size_t hint_count)
{
	struct fathom_image images[FATHOM_MAX_IMAGES];
	struct fathom_error *error;
	size_t count;

	error = fathom_images_find(search->client, tables, hints, hint_count,
				   images, &count);
	for (size_t i = 0; i < count; i++) {
		error = try_image(search, &images[i]);
		if (i + 1 == count || !try_next(&error))
			break;
	}
	return error;
}

static struct fathom_error *try_cpu(struct search *search,
				    const struct fathom_wire_cpu *cpu)
{
	uint64_t mask = CR3_ADDRESS &
			~fathom_client_info(search->client)->wire.c_bit_mask;
	struct fathom_tables tables = {
		.root = cpu->cr3 & mask,
		.levels = cpu->cr4 & CR4_LA57 ? 5 : 4,
	};
	uint64_t hints[2] = {page_fault_handler(search->client, cpu)};
	struct fathom_error *error;

	if (cpu->flags & FATHOM_CPU_HAS_LSTAR)
		hints[1] = cpu->lstar;
	/* With PTI, the kernel's half is the one without the bit. */
	if (tables.root & CR3_USER_HALF) {
		tables.root &= ~CR3_USER_HALF;
		error = try_tables(search, &tables, hints, 2);
		if (!try_next(&error))
			return error;
		tables.root |= CR3_USER_HALF;
	}
	return try_tables(search, &tables, hints, 2);
}

/* The agent's choice first, then others. */
static struct fathom_error *try_cpus(struct search *search)
{
	const struct fathom_client_info *info =
		fathom_client_info(search->client);
	uint32_t count = info->wire.cpu_count, index;
	struct fathom_error *error = NULL;

	if (!count || info->wire.kernel_cpu >= count)
		return fathom_error_create(FATHOM_ERROR_PROTOCOL,
					   "the agent names no CPU");
	for (uint32_t i = 0; i < count && i < MAX_CPUS; i++) {
		index = (info->wire.kernel_cpu + i) % count;
		error = try_cpu(search, &info->cpus[index]);
		if (!error || fathom_error_is_final(error))
			break;
		if (i + 1 < count && i + 1 < MAX_CPUS)
			fathom_error_destroy(error);
	}
	return error;
}

static struct fathom_error *locate_running(struct search *search)
{
	struct fathom_error *error;

	for (unsigned int attempt = 1;; attempt++) {
		error = try_cpus(search);
		if (attempt == MAX_ATTEMPTS || !try_next(&error))
			return error;
		error = fathom_client_refresh(search->client);
		if (error)
			return error;
	}
}

static struct fathom_error *try_physical(struct search *search,
					 const struct fathom_image *image,
					 uint64_t match)
{
	(void)image;
	return fathom_kernel_from_physical(search->client, match,
					   search->kernel);
}

static struct fathom_error *locate_in_dump(struct search *search)
{
	struct fathom_error *error = try_vmcoreinfo(search, NULL);

	if (!try_next(&error))
		return error;
	return try_ram(search, FATHOM_KALLSYMS_DIGITS,
		       sizeof(FATHOM_KALLSYMS_DIGITS) - 1, 1, try_physical,
		       NULL, "neither VMCOREINFO nor kallsyms in RAM");
}

struct fathom_error *fathom_locate(struct fathom_client *client,
				   const struct fathom_symbols_options *options,
				   struct fathom_kernel *ret)
{
	struct search search = {
		.client = client,
		.options = options,
		.kernel = ret,
	};
	struct fathom_error *error;

	/* Tables and image are looked at again and again. */
	error = fathom_client_keep_pages(client);
	if (error)
		return error;
	if (fathom_client_info(client)->wire.flags & FATHOM_INFO_NO_CPU_STATE)
		error = locate_in_dump(&search);
	else
		error = locate_running(&search);
	fathom_client_drop_pages(client);
	if (!error || fathom_error_is_final(error)) {
		fathom_error_destroy(search.map);
		return error;
	}
	if (search.map) {
		fathom_error_destroy(error);
		error = search.map;
	}
	error->code = FATHOM_ERROR_TARGET;
	return fathom_error_prefix(error, "cannot find the kernel");
}
