/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Any bytes as VMCOREINFO, and as System.map: parsed, or an error of one line;
 * strings that are returned are printable and end.
 */
#include <fathom/error.h>

#include "../../runtime/symbols/system_map.h"
#include "../../runtime/symbols/vmcoreinfo.h"
#include "fuzz.h"

static void end_of(struct fathom_error *error)
{
	DEMAND(error->message && *error->message);
	DEMAND(!strchr(error->message, '\n'));
	fathom_error_destroy(error);
}

static void demand_printable(const char *text, size_t size)
{
	size_t length = strnlen(text, size);

	DEMAND(length < size);
	for (size_t i = 0; i < length; i++)
		DEMAND(text[i] > 0x20 && text[i] < 0x7f);
}

static void parse_vmcoreinfo(const char *text, size_t size)
{
	struct fathom_vmcoreinfo info;
	struct fathom_error *error;

	error = fathom_vmcoreinfo_parse(text, size, &info);
	if (error) {
		end_of(error);
		return;
	}
	demand_printable(info.release, sizeof(info.release));
	demand_printable(info.build_id, sizeof(info.build_id));
	DEMAND(info.stext && info.swapper_pg_dir);
}

static void parse_system_map(const char *text, size_t size)
{
	struct fathom_table *table;
	struct fathom_error *error;
	uint64_t base, value;

	error = fathom_system_map_parse(text, size, &base, &table);
	if (error) {
		end_of(error);
		return;
	}
	DEMAND(fathom_table_valid(table, table->size));
	DEMAND(fathom_table_value(table, "_text", &value));
	free(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Its own block: no NUL behind it that would end a search. */
	char *text;

	if (!size)
		return 0;
	text = malloc(size);
	DEMAND(text);
	memcpy(text, data, size);
	if (*data == 'O')
		parse_vmcoreinfo(text, size);
	else
		parse_system_map(text, size);
	free(text);
	return 0;
}
