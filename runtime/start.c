/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Start-up of compiled programs: each module (abi.h) registers itself before
 * any of its code runs; the first one opens the target.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/abi.h>
#include <fathom/seconds.h>
#include <fathom/size.h>
#include <fathom/target.h>

#include "crash.h"
#include "local_ranges.h"
#include "prefetch.h"
#include "private.h"
#include "raise.h"
#include "report_start.h"
#include "seal.h"
#include "symbols/symbols.h"
#include "target_state.h"
#include "view.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value && strcmp(value, "0") != 0;
}

/* Set, but empty, is how a shell user unsets it for one command. */
static const char *path_in(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static void set_loop_limit(void)
{
	const char *text = getenv("FATHOM_LOOP_LIMIT");
	unsigned long long value;
	char *end;

	if (!text || !*text)
		return;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9' || !value)
		fathom_die(FATHOM_EXIT_USAGE,
			   "FATHOM_LOOP_LIMIT=%s: not a number above 0", text);
	__fathom_loop_limit = value;
}

static uint32_t prefetch_pages(void)
{
	const char *text = path_in("FATHOM_PREFETCH");
	unsigned long value;
	char *end;

	if (!text)
		return FATHOM_PREFETCH_PAGES;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9' || value > UINT32_MAX)
		fathom_die(FATHOM_EXIT_USAGE,
			   "FATHOM_PREFETCH=%s: not a number of pages", text);
	return (uint32_t)value;
}

/* Seconds, as milliseconds; 0 if nothing is said. */
static uint32_t timeout_ms(void)
{
	const char *text = path_in("FATHOM_TIMEOUT");
	uint32_t ms = 0;

	if (text && (!fathom_seconds_parse(text, &ms) || !ms))
		fathom_die(FATHOM_EXIT_USAGE,
			   "FATHOM_TIMEOUT=%s: not a number of seconds above 0",
			   text);
	return ms;
}

static uint32_t reconnect_ms(void)
{
	const char *text = path_in("FATHOM_RECONNECT");
	uint32_t ms = 0;

	if (!text)
		return 0;
	if (!fathom_seconds_parse(text, &ms))
		fathom_die(FATHOM_EXIT_USAGE,
			   "FATHOM_RECONNECT=%s: not a number of seconds",
			   text);
	return ms ? ms : FATHOM_NO_RECONNECT;
}

static uint64_t max_memory(void)
{
	const char *text = path_in("FATHOM_MAX_MEMORY");
	uint64_t bytes = 0;

	if (text && (!fathom_size_parse(text, &bytes) || !bytes))
		fathom_die(FATHOM_EXIT_USAGE,
			   "FATHOM_MAX_MEMORY=%s: not a size such as 64M",
			   text);
	/* It would leave secret memory for a file. */
	if (bytes && is_set("FATHOM_SEAL"))
		fathom_die(FATHOM_EXIT_USAGE,
			   "a sealed program cannot have --max-memory");
	return bytes;
}

static void print_statistics(void)
{
	struct fathom_statistics statistics;

	if (!fathom_default)
		return;
	fathom_target_statistics(fathom_default, &statistics);
	/* The program's own output first, where both go to one place. */
	fflush(stdout);
	fprintf(stderr,
		"%s: fathom: %" PRIu64 " agent calls, %" PRIu64
		" pages fetched, %" PRIu64 " bytes fetched, %" PRIu64
		" epochs, %" PRIu64 " slow paths, %" PRIu64
		" pages evicted, %" PRIu64 " round trips\n",
		program_invocation_short_name, statistics.agent_calls,
		statistics.pages_fetched, statistics.bytes_fetched,
		statistics.epochs, statistics.slow_paths,
		statistics.pages_evicted, statistics.round_trips);
}

static int status_of(const struct fathom_error *error)
{
	switch (error->code) {
	case FATHOM_ERROR_INVALID_ARGUMENT:
		return FATHOM_EXIT_USAGE;
	case FATHOM_ERROR_SYMBOL:
	case FATHOM_ERROR_MISMATCH:
		return FATHOM_EXIT_MISMATCH;
	default:
		return FATHOM_EXIT_TARGET;
	}
}

/* On failure, whoever gets findings is told. */
static struct fathom_error *
open_and_seal(const char *uri, const struct fathom_target_options *options,
	      struct fathom_target **ret)
{
	struct fathom_error *error = fathom_target_open(uri, options, ret);
	struct fathom_error *unsealed = NULL;

	/* Also without a target: a watcher may have to be talked to. */
	if (is_set("FATHOM_SEAL"))
		unsealed = fathom_seal_close(uri, report_goes_to_watcher());
	if (error)
		fathom_error_destroy(unsealed);
	else
		error = unsealed;
	if (error)
		report_not_started(uri, error);
	return error;
}

static void open_default(void)
{
	struct fathom_target_options options = {
		.size = sizeof(options),
		.system_map = path_in("FATHOM_SYSTEM_MAP"),
		.no_cache = is_set("FATHOM_NO_CACHE"),
		.key = path_in("FATHOM_KEY"),
		.agent_key = path_in("FATHOM_AGENT_KEY"),
		.max_memory = max_memory(),
		.timeout_ms = timeout_ms(),
		.reconnect_ms = reconnect_ms(),
	};
	const char *uri = getenv("FATHOM_TARGET");
	uint32_t prefetch = prefetch_pages();
	struct fathom_target *target = NULL;
	struct fathom_error *error;

	set_loop_limit();
	if (!uri || !*uri)
		fathom_die(FATHOM_EXIT_USAGE,
			   "no target: run it with "
			   "`fathom run --target URI %s`",
			   program_invocation_short_name);
	fathom_crash_install();
	error = is_set("FATHOM_SEAL") ? fathom_seal_prepare() : NULL;
	if (!error)
		error = report_prepare();
	if (!error)
		error = open_and_seal(uri, &options, &target);
	if (!error)
		error = report_start(target);
	if (error)
		fathom_die(status_of(error), "%s", error->message);
	target->prefetch_pages = prefetch;
	fathom_default = target;
	if (is_set("FATHOM_STATISTICS")) {
		fathom_at_end(print_statistics);
		atexit(print_statistics);
	}
}

static void check_escapes(const struct fathom_module *module)
{
	const struct fathom_escape *escape = module->escapes;
	uint64_t i;

	for (i = 0; i < module->escape_count; i++, escape++) {
		const struct fathom_site *site = escape->site;

		if (escape->aware)
			continue;
		fathom_die(FATHOM_EXIT_MISMATCH,
			   "%s:%u: a pointer into the target is handed to %s, "
			   "which was compiled without Fathom",
			   site && site->file ? site->file : "?",
			   site ? site->line : 0, escape->function);
	}
}

/* Where a symbol is used: "pslist.c:12: ", or nothing. */
static void describe_site(const struct fathom_site *site, char *text,
			  size_t size)
{
	text[0] = 0;
	if (site && site->file)
		snprintf(text, size, "%s:%u: ", site->file, site->line);
}

/* A static variable of one of several source files: nobody knows which. */
static bool is_ambiguous(const struct fathom_symbol *symbol)
{
	return (symbol->flags & FATHOM_SYMBOL_LAZY) &&
	       !(symbol->flags & FATHOM_SYMBOL_FUNCTION) &&
	       !fathom_symbols_is_unique(fathom_default->symbols, symbol->name);
}

/*
 * An IDS that calls a function of the kernel's source also compares its address
 * with what lies in the target. Such functions are registered before the
 * program (tools/compiler_flags.c).
 */
static bool stands_in(const struct fathom_symbol *symbol)
{
	return (symbol->flags & FATHOM_SYMBOL_FUNCTION) &&
	       !(symbol->flags & FATHOM_SYMBOL_LAZY) &&
	       fathom_private_has(symbol->local);
}

static void fill_slot(const struct fathom_symbol *symbol)
{
	const char *release = fathom_default->info.release;
	struct fathom_error *error;
	uint64_t known = *symbol->slot;
	uint64_t address = 0;
	char where[256];

	*symbol->slot = (uintptr_t)symbol->local;
	if (symbol->local && !stands_in(symbol))
		return;
	error = fathom_symbol_address(fathom_default, symbol->name, &address);
	fathom_error_destroy(error);
	if (error && symbol->local)
		return;
	/* An offset in the per-CPU area is no address of the program. */
	*symbol->slot = FATHOM_TAG(address);
	if (!error && !is_ambiguous(symbol))
		return;
	if (error && (symbol->flags & FATHOM_SYMBOL_OPTIONAL))
		return;
	if (symbol->flags & FATHOM_SYMBOL_LAZY)
		*symbol->slot = fathom_private_no_symbol(symbol->name, known);
	if (*symbol->slot)
		return;
	describe_site(symbol->site, where, sizeof(where));
	fathom_die(FATHOM_EXIT_MISMATCH,
		   "%sneither the program nor the target's kernel (%s) has a "
		   "symbol %s",
		   where, release ? release : "unknown release", symbol->name);
}

static void relocate(const struct fathom_module *module)
{
	const struct fathom_relocation *relocation = module->relocations;
	uint64_t i;

	for (i = 0; i < module->relocation_count; i++, relocation++) {
		/* A weak symbol that is not there is NULL, whatever addend. */
		*relocation->where =
			*relocation->slot
				? *relocation->slot + relocation->addend
				: 0;
	}
}

static void check_layouts(const struct fathom_module *module)
{
	struct fathom_error *error;

	if (!module->layout_count)
		return;
	error = fathom_layout_check(
		fathom_default->client, fathom_default->symbols,
		module->kernel_release, module->layouts, module->layout_count);
	if (error)
		fathom_die(status_of(error), "%s", error->message);
}

void __fathom_register(const struct fathom_module *module)
{
	uint64_t i;

	if (module->abi_version != FATHOM_ABI_VERSION)
		fathom_die(FATHOM_EXIT_MISMATCH,
			   "compiled for version %u of the ABI, but libfathom "
			   "has version %u: compile it again",
			   module->abi_version, FATHOM_ABI_VERSION);
	check_escapes(module);
	pthread_mutex_lock(&lock);
	/*
	 * A program or library was loaded: it has mappings of its own. Each of
	 * its source files comes here, and the first one has seen to it.
	 */
	if (!fathom_local_ranges_cover(module))
		fathom_local_ranges_learn();
	if (!fathom_default)
		open_default();
	if (module->flags & FATHOM_MODULE_PRIVATE_WRITES)
		fathom_view_set_written(fathom_default->view);
	fathom_private_register(module);
	for (i = 0; i < module->symbol_count; i++)
		fill_slot(&module->symbols[i]);
	relocate(module);
	check_layouts(module);
	pthread_mutex_unlock(&lock);
}
