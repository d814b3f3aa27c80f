/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * lab-ram-dump raw|lime RAM OUTPUT: a dump of guest memory, as an acquisition
 * tool in the guest would write it, from a q35 guest's RAM file.
 *
 * raw: every byte at its physical address, holes are zeroes (and sparse).
 * lime: LiME's padded-less format, a header before each range of RAM.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GIB	   (1ull << 30)
#define LIME_MAGIC 0x4c694d45u

struct lime_header {
	uint32_t magic;
	uint32_t version;
	uint64_t start; /* physical */
	uint64_t end;	/* inclusive */
	uint8_t reserved[8];
} __attribute__((packed));

struct range {
	uint64_t physical;
	uint64_t offset; /* in the RAM file */
	uint64_t size;
};

__attribute__((noreturn, format(printf, 1, 2))) static void
fail(const char *format, ...)
{
	va_list args;

	fputs("fathom-lab: dump: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/**
 * The RAM of QEMU's q35: 640 KiB, then from 1 MiB up to the PCI hole (2 GiB
 * where that leaves room above, see pc_q35_init()), the rest from 4 GiB.
 */
static size_t ram_ranges(uint64_t size, struct range ranges[3])
{
	uint64_t low = size >= 0xb0000000ull ? 2 * GIB : size;

	ranges[0] = (struct range){0, 0, 0xa0000};
	ranges[1] = (struct range){0x100000, 0x100000, low - 0x100000};
	if (low == size)
		return 2;
	ranges[2] = (struct range){4 * GIB, low, size - low};
	return 3;
}

static void write_at(int fd, const void *data, size_t size, uint64_t offset)
{
	const char *p = data;

	while (size > 0) {
		ssize_t n = pwrite(fd, p, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			fail("write: %s", strerror(errno));
		p += n;
		size -= (size_t)n;
		offset += (uint64_t)n;
	}
}

static bool all_zero(const char *data, size_t size)
{
	return data[0] == 0 && !memcmp(data, data + 1, size - 1);
}

/** Copy one range; what is all zeroes stays a hole. */
static void copy_range(int in, int out, const struct range *r, uint64_t to)
{
	static char buffer[1 << 16];
	uint64_t done = 0;

	while (done < r->size) {
		off_t data = lseek(in, (off_t)(r->offset + done), SEEK_DATA);
		size_t want = sizeof(buffer);
		ssize_t n;

		if (data < 0 && errno == ENXIO)
			return;
		if (data < 0)
			fail("RAM file: %s", strerror(errno));
		if ((uint64_t)data > r->offset + done)
			done = (uint64_t)data - r->offset;
		if (done >= r->size)
			return;
		if (want > r->size - done)
			want = (size_t)(r->size - done);
		n = pread(in, buffer, want, (off_t)(r->offset + done));
		if (n <= 0)
			fail("RAM file: %s", n ? strerror(errno) : "too short");
		if (!all_zero(buffer, (size_t)n))
			write_at(out, buffer, (size_t)n, to + done);
		done += (uint64_t)n;
	}
}

static uint64_t put_header(int out, const struct range *r, uint64_t position)
{
	struct lime_header header = {
		.magic = LIME_MAGIC,
		.version = 1,
		.start = r->physical,
		.end = r->physical + r->size - 1,
	};

	write_at(out, &header, sizeof(header), position);
	return position + sizeof(header);
}

int main(int argc, char **argv)
{
	struct range ranges[3];
	uint64_t position = 0;
	struct stat st;
	size_t count;
	bool lime;
	int in, out;

	if (argc != 4)
		fail("usage: lab-ram-dump raw|lime RAM OUTPUT");
	lime = !strcmp(argv[1], "lime");
	in = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (in < 0 || fstat(in, &st))
		fail("%s: %s", argv[2], strerror(errno));
	out = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (out < 0)
		fail("%s: %s", argv[3], strerror(errno));
	count = ram_ranges((uint64_t)st.st_size, ranges);
	for (size_t i = 0; i < count; i++) {
		position = lime ? put_header(out, &ranges[i], position)
				: ranges[i].physical;
		copy_range(in, out, &ranges[i], position);
		position += ranges[i].size;
	}
	if (ftruncate(out, (off_t)position) || close(out))
		fail("%s: %s", argv[3], strerror(errno));
	return 0;
}
