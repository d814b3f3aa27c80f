// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* The tables of symbols, for the kernel's code that reads them. */
#include <fathom/ids.h>

#include <linux/bug.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "fathom-kallsyms.h"

/* A hostile kernel may claim any number. */
#define SYMBOL_LIMIT (1U << 22)
#define TEXT_LIMIT   (64UL << 10)

extern unsigned char *vmcoreinfo_data;
extern size_t vmcoreinfo_size;

/* "SYMBOL(name)=ffffffff81000000\n" for each. */
static unsigned long find_address(const char *name)
{
	static char text[TEXT_LIMIT + 1];
	size_t size = min(vmcoreinfo_size, TEXT_LIMIT);
	char key[64];
	char *line;

	if (!text[0])
		memcpy(text, vmcoreinfo_data, size);
	snprintf(key, sizeof(key), "SYMBOL(%s)=", name);
	line = strstr(text, key);
	return line ? strtoul(line + strlen(key), NULL, 16) : 0;
}

/* They stay where they are, and are asked for at every symbol. */
static struct {
	const char *name;
	unsigned long address;
} known[8];

const void *source_kallsyms_table(const char *name)
{
	unsigned long address;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known) && known[i].name; i++)
		if (!strcmp(known[i].name, name))
			return (const void *)known[i].address;
	address = find_address(name);
	BUG_ON(!address);
	if (i < ARRAY_SIZE(known)) {
		known[i].name = name;
		known[i].address = address;
	}
	return (const void *)address;
}

const unsigned int *source_kallsyms_markers(void)
{
	static unsigned int *markers;
	const u8 *names = source_kallsyms_table("kallsyms_names");
	unsigned int count = *(const unsigned int *)source_kallsyms_table(
		"kallsyms_num_syms");
	unsigned int offset = 0;

	if (markers)
		return markers;
	BUG_ON(count > SYMBOL_LIMIT);
	markers = calloc(count / 256 + 1, sizeof(*markers));
	BUG_ON(!markers);
	for (unsigned int i = 0; i < count; i++) {
		unsigned int length = names[offset];

		if (i % 256 == 0)
			markers[i / 256] = offset;
		/* Two bytes where one is not enough. */
		if (length & 0x80)
			length = (length & 0x7f) + (names[offset + 1] << 7) + 1;
		offset += length + 1;
	}
	return markers;
}
