/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Targets as tools see them: see <fathom/target.h>. */
#include <fathom/target.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "prefetch.h"
#include "private.h"
#include "symbols/symbols.h"
#include "target_state.h"
#include "target_uri.h"
#include "thread.h"
#include "view.h"

/* First address of the upper half, by levels of paging (SDM vol. 1, 3.3.7). */
#define UPPER_HALF_4_LEVEL 0xffff800000000000ull
#define UPPER_HALF_5_LEVEL 0xff00000000000000ull

static struct fathom_error *no_memory(void)
{
	return fathom_error_create(FATHOM_ERROR_NO_MEMORY, "out of memory");
}

static struct fathom_error *copy_machine(struct fathom_target *target)
{
	const struct fathom_client_info *info =
		fathom_client_info(target->client);
	size_t cpus = info->wire.cpu_count;
	size_t ranges = info->wire.range_count;
	size_t i;

	target->cpus = calloc(cpus + 1, sizeof(*target->cpus));
	target->ranges = calloc(ranges + 1, sizeof(*target->ranges));
	if (!target->cpus || !target->ranges)
		return no_memory();
	for (i = 0; i < cpus; i++) {
		const struct fathom_wire_cpu *cpu = &info->cpus[i];

		target->cpus[i] = (struct fathom_cpu_info){
			.cr0 = cpu->cr0,
			.cr3 = cpu->cr3,
			.cr4 = cpu->cr4,
			.efer = cpu->efer,
			.idt_base = cpu->idt_base,
			.gdt_base = cpu->gdt_base,
			.gs_base = cpu->gs_base,
			.kernel_gs_base = cpu->kernel_gs_base,
			.lstar = cpu->lstar,
			.rip = cpu->rip,
			.has_lstar = cpu->flags & FATHOM_CPU_HAS_LSTAR,
			.user_mode = cpu->flags & FATHOM_CPU_USER_MODE,
		};
	}
	for (i = 0; i < ranges; i++) {
		target->ranges[i].start = info->ranges[i].start;
		target->ranges[i].size = info->ranges[i].size;
	}
	target->info.cpu_count = cpus;
	target->info.cpus = target->cpus;
	target->info.range_count = ranges;
	target->info.ranges = target->ranges;
	return NULL;
}

static void use_space(struct fathom_target *target, uint64_t space)
{
	target->kernel_space = space;
	target->info.paging_levels =
		(space & (FATHOM_PAGE_SIZE - 1)) == FATHOM_SPACE_5_LEVEL ? 5
									 : 4;
	target->info.page_table_root = space & ~(FATHOM_PAGE_SIZE - 1);
	target->kernel_lowest = target->info.paging_levels == 5
					? UPPER_HALF_5_LEVEL
					: UPPER_HALF_4_LEVEL;
}

struct fathom_error *fathom_target_create(const char *uri,
					  struct fathom_channel *channel,
					  uint64_t space,
					  struct fathom_target **ret)
{
	struct fathom_target *target = calloc(1, sizeof(*target));
	struct fathom_error *error;

	if (!target) {
		channel->ops->destroy(channel);
		return no_memory();
	}
	error = fathom_client_create(channel, &target->client);
	if (!error)
		error = fathom_view_create(target->client, 0, &target->view);
	if (!error)
		error = copy_machine(target);
	if (!error) {
		target->uri = strdup(uri);
		error = target->uri ? NULL : no_memory();
	}
	if (error) {
		fathom_target_close(target);
		return error;
	}
	target->info.uri = target->uri;
	target->prefetch_pages = FATHOM_PREFETCH_PAGES;
	use_space(target, space);
	*ret = target;
	return NULL;
}

static void use_symbols(struct fathom_target *target)
{
	const struct fathom_symbols_info *info =
		fathom_symbols_info(target->symbols);
	struct fathom_symbol_info banner;

	if (fathom_symbols_find(target->symbols, "linux_banner", &banner))
		target->banner_address = banner.address;
	use_space(target,
		  info->page_table_root |
			  (info->paging_levels == 5 ? FATHOM_SPACE_5_LEVEL
						    : FATHOM_SPACE_4_LEVEL));
	target->info.banner = info->banner;
	target->info.release = info->release;
	target->info.build_id = info->build_id;
	target->info.kernel_base = info->kernel_base;
	target->info.kaslr_offset = info->kaslr_offset;
	target->info.pti = info->pti;
	target->info.symbol_source = info->source;
	target->info.symbol_count = info->count;
}

struct fathom_error *
fathom_target_open(const char *uri, const struct fathom_target_options *options,
		   struct fathom_target **ret)
{
	struct fathom_symbols_options wanted = {0};
	struct fathom_target *target;
	struct fathom_channel *channel;
	struct fathom_error *error;

	if (options && options->size != sizeof(*options))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"struct fathom_target_options has the wrong size");
	if (options) {
		wanted.system_map = options->system_map;
		wanted.no_cache = options->no_cache;
	}
	error = fathom_target_uri_open(uri, options, &channel);
	if (!error)
		error = fathom_target_create(uri, channel, FATHOM_SPACE_KERNEL,
					     &target);
	if (error)
		return fathom_error_prefix(error, "%s", uri);
	if (options && options->max_memory)
		error = fathom_view_limit_memory(target->view,
						 options->max_memory);
	if (error) {
		fathom_target_close(target);
		return error;
	}
	error = fathom_symbols_load(target->client, &wanted, &target->symbols);
	if (error) {
		fathom_target_close(target);
		return fathom_error_prefix(error, "%s", uri);
	}
	use_symbols(target);
	*ret = target;
	return NULL;
}

void fathom_target_close(struct fathom_target *target)
{
	if (!target)
		return;
	if (target == fathom_default) {
		fathom_threads_stop();
		fathom_default = NULL;
		fathom_threads_flush();
		fathom_threads_resume();
	}
	fathom_view_destroy(target->view);
	fathom_symbols_destroy(target->symbols);
	fathom_client_destroy(target->client);
	free(target->cpus);
	free(target->ranges);
	free(target->uri);
	free(target);
}

struct fathom_target *fathom_target_default(void)
{
	return fathom_default;
}

const struct fathom_target_info *
fathom_target_info(const struct fathom_target *target)
{
	return &target->info;
}

static struct fathom_error *read_error(const struct fathom_view_result *result)
{
	switch (result->reason) {
	case FATHOM_FAULT_TARGET_GONE:
		return fathom_error_create(FATHOM_ERROR_TARGET, "%s",
					   result->message);
	case FATHOM_FAULT_AGENT:
		return fathom_error_create(FATHOM_ERROR_PROTOCOL, "%s",
					   result->message);
	case FATHOM_FAULT_VIEW_FULL:
		return fathom_error_create(FATHOM_ERROR_LIMIT, "%s",
					   result->message);
	default:
		return fathom_error_fault(result->address, "%s",
					  result->message);
	}
}

static struct fathom_error *read_all(struct fathom_target *target,
				     uint64_t space, uint64_t address,
				     void *buffer, size_t size)
{
	struct fathom_view_result result;
	size_t done;

	fathom_thread_enter();
	result = fathom_view_read(target->view, space, address, buffer, size,
				  &done);
	fathom_thread_leave();
	return result.reason ? read_error(&result) : NULL;
}

struct fathom_error *fathom_target_read(struct fathom_target *target,
					uint64_t address, void *buffer,
					size_t size)
{
	struct fathom_view_result refused = {.address = address};

	if (!size)
		return NULL;
	refused.reason = fathom_target_refuses(target, address, size);
	refused.message = fathom_fault_reason_string(refused.reason);
	if (refused.reason)
		return read_error(&refused);
	return read_all(target, target->kernel_space, address, buffer, size);
}

struct fathom_error *fathom_target_read_space(struct fathom_target *target,
					      uint64_t root, uint64_t address,
					      void *buffer, size_t size)
{
	if (root < FATHOM_PAGE_SIZE || (root & (FATHOM_PAGE_SIZE - 1)))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"%" PRIx64 " is not the address of a page table", root);
	return read_all(target, root | target->info.paging_levels, address,
			buffer, size);
}

static struct fathom_error *no_symbol(const char *name)
{
	return fathom_error_create(FATHOM_ERROR_SYMBOL,
				   "the kernel has no symbol %s", name);
}

struct fathom_error *fathom_symbol_address(struct fathom_target *target,
					   const char *name, uint64_t *ret)
{
	struct fathom_symbol_info info;

	if (!target->symbols ||
	    !fathom_symbols_find(target->symbols, name, &info))
		return no_symbol(name);
	*ret = info.address;
	return NULL;
}

struct fathom_error *fathom_symbol_at(struct fathom_target *target,
				      uint64_t address,
				      struct fathom_symbol_info *ret)
{
	if (!target->symbols ||
	    !fathom_symbols_at(target->symbols, address, ret))
		return fathom_error_create(FATHOM_ERROR_SYMBOL,
					   "no symbol covers %" PRIx64,
					   address);
	return NULL;
}

bool fathom_symbol_get(struct fathom_target *target, size_t index,
		       struct fathom_symbol_info *ret)
{
	return target->symbols &&
	       fathom_symbols_get(target->symbols, index, ret);
}

/*
 * The kernel may have been restarted since, to another place: its tables and
 * symbols would be read from where they are no more.
 */
static struct fathom_error *check_same_kernel(struct fathom_target *target)
{
	struct fathom_error *error;
	char *banner;
	size_t size;
	bool same;

	if (!target->banner_address)
		return NULL;
	size = strlen(target->info.banner);
	banner = malloc(size + 1);
	if (!banner)
		return no_memory();
	error = fathom_client_read(target->client, target->kernel_space,
				   target->banner_address, banner, size);
	same = !error && !memcmp(banner, target->info.banner, size);
	free(banner);
	if (same || (error && error->code != FATHOM_ERROR_FAULT))
		return error;
	fathom_error_destroy(error);
	return fathom_error_create(FATHOM_ERROR_TARGET,
				   "%s: the kernel is not where it was: it has "
				   "been restarted",
				   target->uri);
}

struct fathom_error *fathom_target_refresh(struct fathom_target *target)
{
	struct fathom_error *error;

	fathom_threads_stop();
	error = fathom_client_refresh(target->client);
	if (!error)
		error = check_same_kernel(target);
	if (!error)
		error = fathom_view_refresh(target->view);
	if (!error) {
		fathom_threads_flush();
		fathom_private_forget();
	}
	fathom_threads_resume();
	return error;
}

void fathom_target_statistics(struct fathom_target *target,
			      struct fathom_statistics *ret)
{
	struct fathom_client_statistics client;
	struct fathom_view_statistics view;

	fathom_client_statistics(target->client, &client);
	fathom_view_statistics(target->view, &view);
	ret->agent_calls = client.calls;
	ret->round_trips = client.round_trips;
	ret->bytes_fetched = client.bytes_read;
	ret->pages_fetched = view.pages_fetched;
	ret->pages_evicted = view.pages_evicted;
	ret->epochs = view.epochs;
	ret->slow_paths =
		atomic_load_explicit(&target->slow_paths, memory_order_relaxed);
}
