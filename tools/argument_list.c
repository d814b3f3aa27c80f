/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See argument_list.h.
 */
#include "argument_list.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static void argument_list_take(struct argument_list *list, char *text)
{
	if (list->count + 1 >= list->capacity) {
		list->capacity = list->capacity ? list->capacity * 2 : 32;
		list->items = xreallocarray(list->items, list->capacity,
					    sizeof(*list->items));
	}
	list->items[list->count++] = text;
	list->items[list->count] = NULL;
}

void argument_list_add(struct argument_list *list, const char *text)
{
	argument_list_take(list, xformat("%s", text));
}

void argument_list_format(struct argument_list *list, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = xvformat(format, arguments);
	va_end(arguments);
	argument_list_take(list, text);
}

void argument_list_deinit(struct argument_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	memset(list, 0, sizeof(*list));
}
