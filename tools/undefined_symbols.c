/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See undefined_symbols.h.
 */
#include "undefined_symbols.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "argument_list.h"
#include "memory.h"

/*
 * ld.bfd quotes as `this' in the C locale and as UTF-8 does in others, gold
 * as 'this'; lld and mold do not quote.
 */
static const char *const complaints[] = {
	"undefined reference to ",
	"undefined symbol: ",
};

#define IDENTIFIER                    \
	"abcdefghijklmnopqrstuvwxyz"  \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ_" \
	"0123456789"

static void add_once(struct argument_list *names, const char *name,
		     size_t length)
{
	char *copy = xformat("%.*s", (int)length, name);
	bool known = false;

	for (size_t i = 0; i < names->count && !known; i++)
		known = !strcmp(names->items[i], copy);
	if (!known)
		argument_list_add(names, copy);
	free(copy);
}

void undefined_symbols_find(const char *text, struct argument_list *names)
{
	for (size_t i = 0; i < sizeof(complaints) / sizeof(char *); i++) {
		const char *found = text;

		while ((found = strstr(found, complaints[i]))) {
			size_t length;

			found += strlen(complaints[i]);
			/* Skip a quote, whatever it looks like. */
			if (found[0] == '`' || found[0] == '\'')
				found++;
			else if (!strncmp(found, "\u2018", 3))
				found += 3;
			length = strspn(found, IDENTIFIER);
			if (length)
				add_once(names, found, length);
		}
	}
}
