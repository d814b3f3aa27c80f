/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * change_memory DUMP: change the memory in an ELF dump as standard input says,
 * one place a line: "put PHYSICAL SIZE VALUE", in hex, SIZE 1 to 8, VALUE as a
 * little-endian number. Other lines are passed over. Writes the same kind of
 * lines, which undo it, to standard output.
 */
#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_SEGMENTS 64
#define MAX_CHANGES  4096

struct change {
	uint64_t address;
	uint64_t size;
	uint64_t value;
};

static Elf64_Phdr segments[MAX_SEGMENTS];
static size_t segment_count;
static struct change undo[MAX_CHANGES];
static size_t undo_count;

static void read_segments(int dump)
{
	Elf64_Ehdr header;
	size_t size;

	if (pread(dump, &header, sizeof(header), 0) != sizeof(header) ||
	    header.e_phentsize != sizeof(segments[0]) ||
	    header.e_phnum > MAX_SEGMENTS)
		errx(1, "not an ELF dump");
	segment_count = header.e_phnum;
	size = segment_count * sizeof(segments[0]);
	if (pread(dump, segments, size, (off_t)header.e_phoff) != (ssize_t)size)
		err(1, "the segments");
}

static off_t place_of(const struct change *change)
{
	size_t i;

	for (i = 0; i < segment_count; i++) {
		const Elf64_Phdr *segment = &segments[i];
		uint64_t offset = change->address - segment->p_paddr;

		if (segment->p_type == PT_LOAD && offset < segment->p_filesz &&
		    change->size <= segment->p_filesz - offset)
			return (off_t)(segment->p_offset + offset);
	}
	errx(1, "%" PRIx64 " is not in the dump", change->address);
}

static void apply(int dump, const struct change *change)
{
	struct change *old = &undo[undo_count++];
	off_t place = place_of(change);

	*old = (struct change){change->address, change->size, 0};
	if (pread(dump, &old->value, change->size, place) !=
		    (ssize_t)change->size ||
	    pwrite(dump, &change->value, change->size, place) !=
		    (ssize_t)change->size)
		err(1, "%" PRIx64, change->address);
}

int main(int argc, char **argv)
{
	struct change change;
	char line[256];
	int dump;

	if (argc != 2)
		errx(2, "usage: change_memory DUMP <CHANGES");
	dump = open(argv[1], O_RDWR | O_CLOEXEC);
	if (dump < 0)
		err(1, "%s", argv[1]);
	read_segments(dump);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "put %" SCNx64 " %" SCNx64 " %" SCNx64,
			   &change.address, &change.size, &change.value) != 3)
			continue;
		if (!change.size || change.size > 8 ||
		    undo_count == MAX_CHANGES)
			errx(1, "not a change: %s", line);
		apply(dump, &change);
	}
	/* Backwards, for places that were changed twice. */
	while (undo_count--)
		printf("put %" PRIx64 " %" PRIx64 " %" PRIx64 "\n",
		       undo[undo_count].address, undo[undo_count].size,
		       undo[undo_count].value);
	return 0;
}
