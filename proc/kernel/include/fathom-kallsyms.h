/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Where the kernel keeps its tables of symbols.
 */
#ifndef FATHOM_PROC_KALLSYMS_H
#define FATHOM_PROC_KALLSYMS_H

/** Address of a table that VMCOREINFO names; BUG() if it does not. */
const void *source_kallsyms_table(const char *name);

/**
 * Where in kallsyms_names each 256th symbol is. The kernel has such a table,
 * too, but no name for it.
 */
const unsigned int *source_kallsyms_markers(void);

#endif /* FATHOM_PROC_KALLSYMS_H */
