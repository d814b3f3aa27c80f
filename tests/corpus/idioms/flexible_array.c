/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A structure that ends with an array of unknown length. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	const struct journal *journal = widget_journal;
	const struct entry *entry;
	unsigned int i;

	printf("version %u\n", journal->version);
	for (i = 0; i < journal->count; i++) {
		entry = &journal->entries[i];
		printf("%lu %u %s\n", entry->when, entry->what, entry->tag);
	}
	return 0;
}
