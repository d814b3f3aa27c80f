// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* The tables of symbols, for the kernel's code that reads them. */
#include <fathom/ids.h>

#include <linux/bug.h>
#include <linux/mm.h>
#include <linux/overflow.h>
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
	static bool complete;
	size_t size = min(vmcoreinfo_size, TEXT_LIMIT);
	char key[64];
	char *line;

	if (!complete) {
		memcpy(text, vmcoreinfo_data, size);
		complete = true;
	}
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

/*
 * Where each 256th symbol is. The first complete one is kept: what a fault
 * leaves half done would be wrong names, later.
 */
struct markers {
	unsigned int count;
	unsigned int offsets[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct markers *kept;

static struct markers *find_markers(unsigned int count)
{
	const u8 *names = source_kallsyms_table("kallsyms_names");
	size_t blocks = count / 256 + 1;
	struct markers *markers;
	unsigned int offset = 0;

	/* Released with the file, if it faults. */
	markers = source_allocate(1, struct_size(markers, offsets, blocks));
	BUG_ON(!markers);
	markers->count = count;
	for (unsigned int i = 0; i < count; i++) {
		unsigned int length = names[offset];

		if (i % 256 == 0)
			markers->offsets[i / 256] = offset;
		/* Two bytes where one is not enough. */
		if (length & 0x80)
			length = (length & 0x7f) + (names[offset + 1] << 7) + 1;
		offset += length + 1;
	}
	return markers;
}

/* Two threads may do this at once, and find the same. */
static const struct markers *keep(const struct markers *found)
{
	size_t size = struct_size(found, offsets, found->count / 256 + 1);
	struct markers *copy = malloc(size);
	const struct markers *ret;

	BUG_ON(!copy);
	memcpy(copy, found, size);
	pthread_mutex_lock(&lock);
	if (kept)
		free(copy);
	else
		kept = copy;
	ret = kept;
	pthread_mutex_unlock(&lock);
	return ret;
}

static const struct markers *find_kept(void)
{
	const struct markers *ret;

	pthread_mutex_lock(&lock);
	ret = kept;
	pthread_mutex_unlock(&lock);
	return ret;
}

const unsigned int *source_kallsyms_markers(void)
{
	const struct markers *markers = find_kept();
	unsigned int count = *(const unsigned int *)source_kallsyms_table(
		"kallsyms_num_syms");

	BUG_ON(count > SYMBOL_LIMIT);
	if (!markers)
		markers = keep(find_markers(count));
	/* No kernel has more symbols, or fewer, than when it was built. */
	BUG_ON(markers->count != count);
	return markers->offsets;
}
