/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include "other.h"

static int calls;

const struct widget *next_of(const struct widget *widget)
{
	calls++;
	return widget->parent;
}

const char *shared_name(void)
{
	return shared->name;
}

unsigned long sum_from(const struct link *link)
{
	unsigned long sum = 0;

	while (link) {
		sum += (unsigned long)link->payload;
		link = link->next;
	}
	return sum;
}

int count_calls(void)
{
	return calls;
}
