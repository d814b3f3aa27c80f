/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/** @file The text of VMCOREINFO, as kernel/crash_core.c writes it. */
#ifndef SYNTHETIC_VMCOREINFO_H
#define SYNTHETIC_VMCOREINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vmcoreinfo {
	const char *release;
	char build_id[41];
	uint64_t init_uts_ns, node_online_map, swapper_pg_dir, stext;
	uint64_t phys_base, kernel_offset;
	unsigned int levels;
	bool has_kallsyms; /* since 6.0 */
	uint64_t kallsyms_names, kallsyms_num_syms, kallsyms_token_table,
		kallsyms_token_index, kallsyms_offsets, kallsyms_relative_base;
};

/** Returns the length of the text, less than @p size. */
size_t vmcoreinfo_write(const struct vmcoreinfo *info, char *text, size_t size);

#endif /* SYNTHETIC_VMCOREINFO_H */
