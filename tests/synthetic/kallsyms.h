/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Write a symbol table as the kernel's build does (scripts/kallsyms.c):
 * names compressed by a table of 256 tokens, addresses as offsets from a base
 * with --absolute-percpu.
 */
#ifndef SYNTHETIC_KALLSYMS_H
#define SYNTHETIC_KALLSYMS_H

#include <stddef.h>
#include <stdint.h>

struct kernel_symbol {
	uint64_t address; /* in the target; small for per-CPU variables */
	char type;
	const char *name;
};

/** The tables, to be put into the kernel image. Owned by the caller. */
struct kallsyms {
	int32_t *offsets;
	uint64_t relative_base;
	uint32_t count;
	uint8_t *names;
	size_t names_size;
	uint32_t *markers;
	size_t marker_count;
	char *token_table;
	size_t token_table_size;
	uint16_t token_index[256];
};

/** Sorts @p symbols by address. */
void kallsyms_encode(struct kernel_symbol *symbols, size_t count,
		     struct kallsyms *tables);
void kallsyms_free(struct kallsyms *tables);

#endif /* SYNTHETIC_KALLSYMS_H */
