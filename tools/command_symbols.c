/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom symbols`: the kernel's symbols, as the target itself knows them.
 */
#include "command.h"

#include <argp.h>
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/target.h>

#include "json_output.h"
#include "printable.h"
#include "status.h"
#include "target_options.h"

struct symbols_options {
	struct target_options target;
	bool json;
	char **queries; /* NULL: list all */
	int query_count;
};

static const struct argp_option options[] = {
	{"json", 'j', NULL, 0, "Write JSON", 0},
	{},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct symbols_options *symbols = state->input;

	(void)argument;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &symbols->target;
		return 0;
	case 'j':
		symbols->json = true;
		return 0;
	case ARGP_KEY_ARGS:
		symbols->queries = state->argv + state->next;
		symbols->query_count = state->argc - state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&target_options_argp, 0, NULL, 0},
	{},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[NAME|ADDRESS...]",
	.doc = "List the symbols of a target's kernel in the format of /proc/kallsyms, or "
	       "look some up by name, or by an address (0x...) that they cover.\v"
	       "Exit status: 0, 1 if a symbol does not exist, 121 if the target cannot be "
	       "reached or used, 123 for wrong usage.",
	.children = children,
};

/* Where symbols go, as lines or as the elements of one JSON array. */
struct output {
	bool json;
	bool begun;
};

static void output_begin(struct output *output)
{
	if (output->json)
		putchar('[');
}

static void output_end(struct output *output)
{
	if (output->json)
		puts(output->begun ? "\n]" : "]");
}

static void put_line(const struct fathom_symbol_info *symbol, uint64_t offset)
{
	char *name = printable(symbol->name);

	printf("%016" PRIx64 " %c %s", symbol->address + offset,
	       isgraph((unsigned char)symbol->type) ? symbol->type : '?', name);
	if (offset)
		printf("+0x%" PRIx64, offset);
	putchar('\n');
	free(name);
}

/* One at a time: a kernel has some 200,000 of them. */
static void put_json(struct output *output,
		     const struct fathom_symbol_info *symbol, uint64_t offset)
{
	char type[] = {symbol->type, '\0'};
	json_t *object = json_object();

	json_object_set_new(object, "address",
			    json_address(symbol->address + offset));
	json_object_set_new(object, "type", json_text(type));
	json_object_set_new(object, "name", json_text(symbol->name));
	json_object_set_new(object, "offset", json_integer(offset));
	fputs(output->begun ? ",\n  " : "\n  ", stdout);
	json_dumpf(object, stdout, 0);
	json_decref(object);
}

static void put(struct output *output, const struct fathom_symbol_info *symbol,
		uint64_t offset)
{
	if (output->json)
		put_json(output, symbol, offset);
	else
		put_line(symbol, offset);
	output->begun = true;
}

static void list_all(struct fathom_target *target, struct output *output)
{
	struct fathom_symbol_info symbol;

	for (size_t i = 0; fathom_symbol_get(target, i, &symbol); i++)
		put(output, &symbol, 0);
}

/* All of that name: static functions of several files often share one. */
static bool find_name(struct fathom_target *target, const char *name,
		      struct output *output)
{
	struct fathom_symbol_info symbol;
	bool found = false;

	for (size_t i = 0; fathom_symbol_get(target, i, &symbol); i++) {
		if (strcmp(symbol.name, name) != 0)
			continue;
		put(output, &symbol, 0);
		found = true;
	}
	if (!found)
		warnx("the kernel has no symbol `%s'", name);
	return found;
}

static bool find_address(struct fathom_target *target, const char *text,
			 struct output *output)
{
	struct fathom_symbol_info symbol;
	struct fathom_error *error;
	uint64_t address;
	char *end;

	errno = 0;
	address = strtoull(text, &end, 16);
	if (*end || errno)
		errx(FATHOM_EXIT_USAGE, "`%s' is not a 64-bit address", text);
	error = fathom_symbol_at(target, address, &symbol);
	if (error) {
		warnx("%s: %s", text, error->message);
		fathom_error_destroy(error);
		return false;
	}
	put(output, &symbol, address - symbol.address);
	return true;
}

static bool is_address(const char *text)
{
	return text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

static int look_up(struct fathom_target *target,
		   const struct symbols_options *symbols, struct output *output)
{
	int status = EXIT_SUCCESS;

	for (int i = 0; i < symbols->query_count; i++) {
		const char *query = symbols->queries[i];
		bool found = is_address(query)
				     ? find_address(target, query, output)
				     : find_name(target, query, output);

		if (!found)
			status = STATUS_NEGATIVE;
	}
	return status;
}

int command_symbols(int argc, char **argv)
{
	struct symbols_options symbols = {};
	struct fathom_target *target;
	struct output output = {};
	int status = EXIT_SUCCESS;

	argp_parse(&argp, argc, argv, 0, NULL, &symbols);
	target = target_options_open(&symbols.target);
	output.json = symbols.json;
	output_begin(&output);
	if (symbols.queries)
		status = look_up(target, &symbols, &output);
	else
		list_all(target, &output);
	output_end(&output);
	fathom_target_close(target);
	return status;
}
