// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* The tables of symbols have no symbols: VMCOREINFO says where they are. */
#include <kernel/kallsyms_internal.h>

#include "fathom-kallsyms.h"

#define kallsyms_names ((const u8 *)source_kallsyms_table("kallsyms_names"))
#define kallsyms_num_syms \
	(*(const unsigned int *)source_kallsyms_table("kallsyms_num_syms"))
#define kallsyms_token_table \
	((const char *)source_kallsyms_table("kallsyms_token_table"))
#define kallsyms_token_index \
	((const u16 *)source_kallsyms_table("kallsyms_token_index"))
#define kallsyms_offsets \
	((const int *)source_kallsyms_table("kallsyms_offsets"))
#define kallsyms_relative_base                          \
	(*(const unsigned long *)source_kallsyms_table( \
		"kallsyms_relative_base"))
#define kallsyms_markers (source_kallsyms_markers())

/*
 * __sprint_symbol() trusts that a symbol and its module have short names. Where
 * it writes to is in a buffer of KSYM_SYMBOL_LEN bytes, on somebody's stack.
 */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/string.h>
#undef sprintf
#define sprintf(to, ...)                                                \
	kernel_scnprintf(to, KSYM_SYMBOL_LEN - (size_t)((to) - buffer), \
			 __VA_ARGS__)
#undef strcpy
#define strcpy(to, from) strscpy(to, from, KSYM_SYMBOL_LEN)

#include <kernel/kallsyms.c>

#include "fathom-proc.h"

FATHOM_OPEN(kallsyms, kallsyms_open)
