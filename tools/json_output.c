/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See json_output.h.
 */
#include "json_output.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "printable.h"

json_t *json_address(uint64_t value)
{
	return json_sprintf("0x%" PRIx64, value);
}

json_t *json_text(const char *text)
{
	char *copy = printable(text);
	json_t *result = copy ? json_string(copy) : json_null();

	free(copy);
	return result;
}

void json_print(json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(value);
}
