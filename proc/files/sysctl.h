/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Tables of sys/: variables of the target's kernel, and how they are printed.
 */
#ifndef FATHOM_PROC_SYSCTL_H
#define FATHOM_PROC_SYSCTL_H

#include "files.h"

/* Not in the headers of all kernels; weak: not in all kernels. */
#define VARIABLE(type, name) extern type name __attribute__((weak))

/** Print the variable of an entry: as a number by its size, or as a string. */
int proc_show_number(struct seq_file *m, void *unused);
int proc_show_string(struct seq_file *m, void *unused);

#define ENTRY_OF(text, permissions, function, object) \
	{.name = text,                                \
	 .mode = permissions,                         \
	 .show = function,                            \
	 .variable = &(object),                       \
	 .size = sizeof(object)}

#define NUMBER(text, object) ENTRY_OF(text, 0644, proc_show_number, object)
#define NUMBER_OF_ROOT(text, object) \
	ENTRY_OF(text, 0600, proc_show_number, object)
#define STRING(text, object) ENTRY_OF(text, 0644, proc_show_string, object)
#define STRING_CONSTANT(text, object) \
	ENTRY_OF(text, 0444, proc_show_string, object)

/** What is computed when it is read. */
#define COMPUTED(text, function) {.name = text, .mode = 0644, .show = function}
#define COMPUTED_CONSTANT(text, function) \
	{.name = text, .mode = 0444, .show = function}

#define FOLDER(text, table) {.name = text, .mode = 0555, .entries = table}

#endif /* FATHOM_PROC_SYSCTL_H */
