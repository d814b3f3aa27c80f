/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Private-write mode: see private.h. Indirect calls of the kernel's source
 * mostly go by tables of functions that lie in the target. Where the program
 * has a function of that name and type itself, that one is called.
 */
#include "private.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/target.h>

#include "access.h"
#include "raise.h"
#include "symbols/symbols.h"
#include "target_state.h"

/* Distinct messages that are kept; hostile pointers can make any number. */
#define MAX_MESSAGES 256

#define MAX_MODULES  4096
#define MAX_MISSING  65536

/* Functions of one source file lie together: this far we look for others. */
#define NEIGHBOURS 24

/* Names for one function that are tried. */
#define MAX_ALIASES 16

#define CACHE_SIZE  1024

/*
 * Tagged values of the lower half's far end, one every 16 MiB: no pointer
 * that a kernel has, and whatever is computed from it names the symbol.
 */
#define MISSING_BASE  0x80f0000000000000ull
#define MISSING_SHIFT 24
#define MISSING_END   (MISSING_BASE + ((uint64_t)MAX_MISSING << MISSING_SHIFT))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct fathom_module *modules[MAX_MODULES];
static size_t module_count;
static const char *missing[MAX_MISSING];
static size_t missing_count;
static const char *messages[MAX_MESSAGES];
static size_t message_count;

/* Of the target's function at an address, called as one of a type. */
struct mapping {
	uint64_t address;
	uint64_t type;
	const void *local;   /* NULL: none, and this is why */
	const char *message; /* lives on */
};
static struct mapping cache[CACHE_SIZE];

static const char no_function[] =
	"call of what is no function of the target's kernel";

void fathom_private_register(const struct fathom_module *module)
{
	if (!module->function_count)
		return;
	if (module_count == MAX_MODULES)
		fathom_die(FATHOM_EXIT_MISMATCH,
			   "more than %d modules of the kernel's source",
			   MAX_MODULES);
	pthread_mutex_lock(&lock);
	modules[module_count++] = module;
	memset(cache, 0, sizeof(cache));
	pthread_mutex_unlock(&lock);
}

static bool has_function(const struct fathom_module *module, const void *local)
{
	uint64_t i;

	for (i = 0; i < module->function_count; i++)
		if (module->functions[i].local == local)
			return true;
	return false;
}

bool fathom_private_has(const void *local)
{
	bool found = false;
	size_t i;

	pthread_mutex_lock(&lock);
	for (i = 0; i < module_count && !found; i++)
		found = has_function(modules[i], local);
	pthread_mutex_unlock(&lock);
	return found;
}

/* Under the lock. A message that faults can refer to for good. */
static const char *keep_message(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
static const char *keep_message(const char *format, ...)
{
	char text[512];
	va_list args;
	size_t i;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (i = 0; i < message_count; i++)
		if (!strcmp(messages[i], text))
			return messages[i];
	if (message_count == MAX_MESSAGES)
		return "call of a function of the target";
	messages[message_count] = strdup(text);
	if (!messages[message_count])
		return "out of memory";
	return messages[message_count++];
}

static bool is_missing(uint64_t address)
{
	return address >= MISSING_BASE && address < MISSING_END;
}

uint64_t fathom_private_no_symbol(const char *name, uint64_t known)
{
	uint64_t address = 0;

	if (is_missing(known))
		return known;
	pthread_mutex_lock(&lock);
	if (missing_count < MAX_MISSING) {
		missing[missing_count] = name;
		address = MISSING_BASE + (missing_count++ << MISSING_SHIFT);
	}
	pthread_mutex_unlock(&lock);
	return address;
}

static const char *describe_missing(const char *name)
{
	struct fathom_symbol_info symbol;

	if (fathom_symbols_find(fathom_default->symbols, name, &symbol))
		return keep_message("the target's kernel has several symbols "
				    "%s",
				    name);
	return keep_message("neither the program nor the target's kernel has "
			    "a symbol %s",
			    name);
}

const char *fathom_private_missing(uint64_t address)
{
	const char *message = NULL;
	size_t i = (address - MISSING_BASE) >> MISSING_SHIFT;

	if (!is_missing(address))
		return NULL;
	pthread_mutex_lock(&lock);
	if (i < missing_count)
		message = describe_missing(missing[i]);
	pthread_mutex_unlock(&lock);
	return message;
}

static const struct fathom_function *
function_of(const struct fathom_module *module, const char *name)
{
	uint64_t i;

	for (i = 0; i < module->function_count; i++)
		if (!strcmp(module->functions[i].name, name))
			return &module->functions[i];
	return NULL;
}

/* The first symbol that does not lie below @address. */
static size_t first_at(struct fathom_target *target, uint64_t address)
{
	size_t low = 0;
	size_t high = target->info.symbol_count;
	struct fathom_symbol_info symbol;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (!fathom_symbol_get(target, middle, &symbol))
			return high;
		if (symbol.address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many of the module's functions are around symbol number @index? */
static size_t neighbours(struct fathom_target *target, size_t index,
			 const struct fathom_module *module, const char *name)
{
	size_t first = index < NEIGHBOURS ? 0 : index - NEIGHBOURS;
	struct fathom_symbol_info symbol;
	size_t count = 0;
	size_t i;

	for (i = first; i < index + NEIGHBOURS; i++)
		if (fathom_symbol_get(target, i, &symbol) &&
		    strcmp(symbol.name, name) != 0 &&
		    function_of(module, symbol.name))
			count++;
	return count;
}

/* What the program has of one name. */
struct candidates {
	const void *local; /* of the best one */
	size_t count;
	size_t other_types;
	size_t score;
	bool tie;
};

static void find_candidates(struct fathom_target *target, size_t index,
			    const char *name, uint64_t type,
			    struct candidates *ret)
{
	size_t score;
	size_t i;

	for (i = 0; i < module_count; i++) {
		const struct fathom_function *function =
			function_of(modules[i], name);

		if (!function)
			continue;
		if (function->type != type) {
			ret->other_types++;
			continue;
		}
		score = neighbours(target, index, modules[i], name);
		ret->tie = ret->count && score == ret->score;
		if (!ret->count || score > ret->score) {
			ret->local = function->local;
			ret->score = score;
		}
		ret->count++;
	}
}

static void choose(struct fathom_target *target, const char *name,
		   const struct candidates *candidates, struct mapping *mapping)
{
	if (!candidates->count && candidates->other_types)
		mapping->message = keep_message(
			"call of %s() as a function of another type", name);
	else if (!candidates->count)
		mapping->message = keep_message(
			"kernel function %s() is not available outside the "
			"kernel",
			name);
	else if (candidates->tie ||
		 (!candidates->score &&
		  !fathom_symbols_is_unique(target->symbols, name)))
		mapping->message = keep_message(
			"call of %s(): several functions have this name", name);
	else
		mapping->local = candidates->local;
}

/* Several names may belong to one address: the first that we have will do. */
static void map_function(struct fathom_target *target, struct mapping *mapping)
{
	size_t index = first_at(target, mapping->address);
	size_t end = index + MAX_ALIASES;
	struct fathom_symbol_info symbol;

	mapping->message = no_function;
	for (; !mapping->local && index < end &&
	       fathom_symbol_get(target, index, &symbol) &&
	       symbol.address == mapping->address;
	     index++) {
		struct candidates candidates = {0};

		if (!strchr("tTwW", symbol.type))
			continue;
		find_candidates(target, index, symbol.name, mapping->type,
				&candidates);
		choose(target, symbol.name, &candidates, mapping);
	}
}

/* The kernel's own symbols say nothing of modules; perhaps the program can. */
static void map_module_function(char *name, struct mapping *mapping)
{
	struct candidates candidates = {0};
	char *module = strchr(name, ' ');

	if (module)
		*module++ = '\0';
	find_candidates(fathom_default, 0, name, mapping->type, &candidates);
	if (candidates.count == 1)
		mapping->local = candidates.local;
	else if (candidates.count)
		mapping->message = keep_message(
			"call of %s(): several functions have this name", name);
	else
		mapping->message = keep_message(
			"function %s() of module %s is not available outside "
			"the kernel",
			name, module ? module : "[?]");
}

static struct mapping *slot_of(const struct mapping *mapping)
{
	return &cache[(mapping->address >> 4) % CACHE_SIZE];
}

static bool is_cached(struct mapping *mapping)
{
	const struct mapping *slot = slot_of(mapping);
	bool found;

	pthread_mutex_lock(&lock);
	found = slot->address == mapping->address &&
		slot->type == mapping->type;
	if (found)
		*mapping = *slot;
	pthread_mutex_unlock(&lock);
	return found;
}

static void map_and_cache(struct mapping *mapping)
{
	char name[256] = "";

	pthread_mutex_lock(&lock);
	map_function(fathom_default, mapping);
	pthread_mutex_unlock(&lock);
	/* Not under the lock: it looks at the target, and may fault. */
	if (!mapping->local && mapping->message == no_function &&
	    __fathom_module_function &&
	    !__fathom_module_function(mapping->address, name, sizeof(name)))
		name[0] = '\0';
	pthread_mutex_lock(&lock);
	if (name[0])
		map_module_function(name, mapping);
	*slot_of(mapping) = *mapping;
	pthread_mutex_unlock(&lock);
}

void fathom_private_forget(void)
{
	pthread_mutex_lock(&lock);
	memset(cache, 0, sizeof(cache));
	pthread_mutex_unlock(&lock);
}

const void *__fathom_callee(const void *ptr, fathom_u64 type,
			    const struct fathom_site *site)
{
	struct mapping mapping = {.address = (uintptr_t)ptr, .type = type};

	if (fathom_is_local(ptr))
		return ptr;
	mapping.message = fathom_private_missing(mapping.address);
	if (!ptr || mapping.message || !fathom_default)
		fathom_raise(ptr ? FATHOM_FAULT_UNSUPPORTED : FATHOM_FAULT_NULL,
			     mapping.message, mapping.address, 0, site);
	if (!is_cached(&mapping))
		map_and_cache(&mapping);
	if (!mapping.local)
		fathom_raise(FATHOM_FAULT_UNSUPPORTED, mapping.message,
			     mapping.address, 0, site);
	return mapping.local;
}

void __fathom_unsupported(const char *text, const struct fathom_site *site)
{
	fathom_raise(FATHOM_FAULT_UNSUPPORTED, text, 0, 0, site);
}
