/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * JSON as our commands write it.
 */
#ifndef FATHOM_TOOLS_JSON_OUTPUT_H
#define FATHOM_TOOLS_JSON_OUTPUT_H

#include <stdint.h>

#include <jansson.h>

/**
 * Addresses and registers are strings, "0xffffffff81000000": many readers of
 * JSON (jq, JavaScript) keep only 53 bits of a number.
 */
json_t *json_address(uint64_t value);

/** Text of the target, made printable; null for NULL. */
json_t *json_text(const char *text);

/** Write @p value, indented, and a newline to stdout; takes the reference. */
void json_print(json_t *value);

#endif /* FATHOM_TOOLS_JSON_OUTPUT_H */
