/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See program_options.h.
 */
#include "program_options.h"

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include <fathom/size.h>

#include "status.h"

enum { KEY_LOOP_LIMIT = 0x200, KEY_MAX_MEMORY, KEY_PREFETCH, KEY_STATISTICS };

static const struct argp_option options[] = {
	{"loop-limit", KEY_LOOP_LIMIT, "N", 0,
	 "Iterations after which a loop through the target's memory is a fault (default: 4194304)",
	 0},
	{"max-memory", KEY_MAX_MEMORY, "SIZE", 0,
	 "Memory for what was read of the target, such as 64M; more than that goes to a file without a name in $TMPDIR or /var/tmp",
	 0},
	{"prefetch", KEY_PREFETCH, "PAGES", 0,
	 "Most pages of objects ahead of the program that one call of the agent may bring (default: 256; 0: none)",
	 0},
	{"statistics", KEY_STATISTICS, NULL, 0,
	 "When the program ends, write counters to standard error", 0},
	{},
};

static void check_loop_limit(const char *text, struct argp_state *state)
{
	char *end;

	errno = 0;
	/* strtoull() accepts a sign; we do not. */
	if (text[0] < '0' || text[0] > '9' || !strtoull(text, &end, 0) ||
	    *end || errno)
		argp_error(state, "--loop-limit: `%s' is not a number above 0",
			   text);
}

/* As libfathom reads it: start.c. */
static void check_prefetch(const char *text, struct argp_state *state)
{
	unsigned long pages;
	char *end;

	errno = 0;
	pages = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno ||
	    pages > UINT32_MAX)
		argp_error(state, "--prefetch: `%s' is not a number of pages",
			   text);
}

static void check_max_memory(const char *text, struct argp_state *state)
{
	uint64_t bytes;

	if (!fathom_size_parse(text, &bytes) || !bytes)
		argp_error(state,
			   "--max-memory: `%s' is not a size such as 64M",
			   text);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct program_options *program = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &program->target;
		return 0;
	case KEY_LOOP_LIMIT:
		check_loop_limit(argument, state);
		program->loop_limit = argument;
		return 0;
	case KEY_MAX_MEMORY:
		check_max_memory(argument, state);
		program->max_memory = argument;
		return 0;
	case KEY_PREFETCH:
		check_prefetch(argument, state);
		program->prefetch = argument;
		return 0;
	case KEY_STATISTICS:
		program->statistics = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&target_options_argp, 0, NULL, 0},
	{},
};

const struct argp program_options_argp = {
	.options = options,
	.parser = parse,
	.children = children,
};

void program_options_set(const char *name, const char *value)
{
	if (value && setenv(name, value, 1))
		err(STATUS_TOOL_FAILED, "setting %s", name);
}

void program_options_apply(const struct program_options *program)
{
	const struct target_options *target = &program->target;

	program_options_set("FATHOM_TARGET", target->uri);
	program_options_set("FATHOM_SYSTEM_MAP", target->system_map);
	program_options_set("FATHOM_NO_CACHE", target->no_cache ? "1" : NULL);
	program_options_set("FATHOM_KEY", target->key);
	program_options_set("FATHOM_AGENT_KEY", target->agent_key);
	program_options_set("FATHOM_TIMEOUT", target->timeout);
	program_options_set("FATHOM_RECONNECT", target->reconnect);
	program_options_set("FATHOM_LOOP_LIMIT", program->loop_limit);
	program_options_set("FATHOM_MAX_MEMORY", program->max_memory);
	program_options_set("FATHOM_PREFETCH", program->prefetch);
	program_options_set("FATHOM_STATISTICS",
			    program->statistics ? "1" : NULL);
}
