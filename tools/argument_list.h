/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A growing list of command-line arguments that owns its strings.
 */
#ifndef FATHOM_TOOLS_ARGUMENT_LIST_H
#define FATHOM_TOOLS_ARGUMENT_LIST_H

#include <stddef.h>

/** Zero-initialised is empty. `items[count]` is NULL, ready for execv(). */
struct argument_list {
	char **items;
	size_t count;
	size_t capacity;
};

/** Append a copy of @p text. Ends the process when memory is short. */
void argument_list_add(struct argument_list *list, const char *text);

/** Append formatted text. Ends the process when memory is short. */
void argument_list_format(struct argument_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Free the strings and the array, and make the list empty. */
void argument_list_deinit(struct argument_list *list);

#endif /* FATHOM_TOOLS_ARGUMENT_LIST_H */
