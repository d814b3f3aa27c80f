/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * search_memory PID TEXT: what root finds in another process's memory. Looks at
 * all pages that are there; tells how many could be read, how many could not,
 * and in how many of them the text is.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096u
#define PAGE_PRESENT                                             \
	(1ull << 63) /* Documentation/admin-guide/mm/pagemap.rst \
		      */

static struct {
	int memory;
	int pagemap;
	const char *text;
	unsigned long read;
	unsigned long unreadable;
	unsigned long found;
} search;

static int open_file(const char *pid, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static void look_at(uint64_t address)
{
	char page[PAGE];

	if (pread(search.memory, page, sizeof(page), (off_t)address) !=
	    sizeof(page)) {
		search.unreadable++;
		return;
	}
	search.read++;
	if (memmem(page, sizeof(page), search.text, strlen(search.text)))
		search.found++;
}

/* Mappings may be large, and nearly empty. */
static void look_at_range(uint64_t address, uint64_t end)
{
	uint64_t entries[512];

	while (address < end) {
		ssize_t size =
			pread(search.pagemap, entries, sizeof(entries),
			      (off_t)(address / PAGE * sizeof(*entries)));
		ssize_t i;

		if (size <= 0)
			return;
		for (i = 0; i < size / (ssize_t)sizeof(*entries); i++) {
			if (address < end && entries[i] & PAGE_PRESENT)
				look_at(address);
			address += PAGE;
		}
	}
}

int main(int argc, char **argv)
{
	char line[512];
	FILE *maps;

	if (argc != 3)
		errx(2, "usage: search_memory PID TEXT");
	search.text = argv[2];
	search.memory = open_file(argv[1], "mem");
	search.pagemap = open_file(argv[1], "pagemap");
	maps = fdopen(open_file(argv[1], "maps"), "r");
	while (maps && fgets(line, sizeof(line), maps)) {
		char *next;
		uint64_t address = strtoull(line, &next, 16);
		uint64_t end = strtoull(next + 1, NULL, 16);

		/* " rw-p": what nobody may read holds nothing. */
		if (next[0] && strchr(next, ' ')[1] == 'r' && !(end >> 63))
			look_at_range(address, end);
	}
	printf("%lu pages read, %lu unreadable, the text in %lu\n", search.read,
	       search.unreadable, search.found);
	return search.read ? 0 : 1;
}
