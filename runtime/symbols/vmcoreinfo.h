/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * VMCOREINFO: the page of text in which a Linux kernel describes itself to
 * whoever reads its memory (Documentation/admin-guide/kdump/vmcoreinfo.rst).
 */
#ifndef FATHOM_RUNTIME_VMCOREINFO_H
#define FATHOM_RUNTIME_VMCOREINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

/* VMCOREINFO_BYTES is PAGE_SIZE (include/linux/vmcore_info.h). */
#define FATHOM_VMCOREINFO_SIZE 4096
/* How it starts, at the start of a page. */
#define FATHOM_VMCOREINFO_MAGIC "OSRELEASE="

/** 0 or "" where the text does not say. */
struct fathom_vmcoreinfo {
	char release[65];  /* of struct new_utsname: 64 + NUL */
	char build_id[41]; /* lower-case hex */
	uint64_t kernel_offset;
	uint64_t stext;
	uint64_t swapper_pg_dir; /* virtual */
	int64_t phys_base;
	int64_t pgtable_l5_enabled;
	/* The kallsyms tables, virtual. Since 6.0. */
	uint64_t kallsyms_names;
	uint64_t kallsyms_num_syms;
	uint64_t kallsyms_token_table;
	uint64_t kallsyms_token_index;
	uint64_t kallsyms_offsets;
	uint64_t kallsyms_relative_base;
};

/**
 * Parse a page that may be VMCOREINFO, and may be anything.
 *
 * @param[in] text Ends at the first NUL, or after @p size bytes.
 * @return FATHOM_ERROR_FORMAT if it is none: wrong start, a line that we use
 * is malformed or occurs twice, or the addresses that every kernel of the last
 * years gives are missing.
 */
struct fathom_error *fathom_vmcoreinfo_parse(const char *text, size_t size,
					     struct fathom_vmcoreinfo *ret);

#endif /* FATHOM_RUNTIME_VMCOREINFO_H */
