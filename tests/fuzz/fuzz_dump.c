/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Any bytes as a dump: it opens or there is an error with a message; what
 * opens can be read. The formats that libkdumpfile reads are left out: their
 * parser is not ours.
 */
#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fathom/channel.h>
#include <fathom/error.h>
#include <fathom/wire.h>

#include "dump.h"
#include "fuzz.h"

static uint8_t reply[FATHOM_WIRE_MAX_REPLY];

static void end_of(struct fathom_error *error)
{
	if (!error)
		return;
	DEMAND(error->message && *error->message);
	DEMAND(!strchr(error->message, '\n'));
	fathom_error_destroy(error);
}

static void ask(struct fathom_channel *channel, uint16_t type, const void *body,
		size_t length)
{
	uint8_t request[256];
	struct fathom_wire_header header = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = type,
		.length = (uint32_t)length,
	};
	size_t size;

	memcpy(request, &header, sizeof(header));
	memcpy(request + sizeof(header), body, length);
	end_of(channel->ops->call(channel, request, sizeof(header) + length,
				  reply, sizeof(reply), &size));
}

static void use(struct fathom_channel *channel, uint64_t address)
{
	static const uint64_t spaces[] = {FATHOM_SPACE_KERNEL,
					  FATHOM_SPACE_PHYSICAL};
	struct fathom_wire_scan scan = {
		.end = UINT64_MAX,
		.alignment = 1,
		.pattern_length = 2,
		.max_matches = 2,
		.pattern = {0, 1},
	};
	size_t i;

	ask(channel, FATHOM_WIRE_INFO, "", 0);
	ask(channel, FATHOM_WIRE_SCAN, &scan, sizeof(scan));
	for (i = 0; i < 2; i++) {
		struct {
			struct fathom_wire_read read;
			struct fathom_wire_read_item item;
		} read = {{1, 0}, {spaces[i], address, 10000, 0}};

		ask(channel, FATHOM_WIRE_READ, &read, sizeof(read));
	}
}

/* The file being made, in memory. */
struct image {
	uint8_t bytes[16384];
	size_t size;
};

static void put(struct image *image, const void *bytes, size_t size)
{
	if (size > sizeof(image->bytes) - image->size)
		size = sizeof(image->bytes) - image->size;
	memcpy(image->bytes + image->size, bytes, size);
	image->size += size;
}

static void put_rest(struct image *image, struct fuzz_input *input)
{
	put(image, input->bytes, input->size);
	input->size = 0;
}

/* Mostly small, now and then anything: chance alone would fit nothing. */
static uint64_t take_number(struct fuzz_input *input)
{
	uint8_t kind;
	uint16_t small;

	fuzz_take(input, &kind, sizeof(kind));
	if (kind >= 0xf0)
		return fuzz_u64(input);
	fuzz_take(input, &small, sizeof(small));
	return kind & 1 ? small : small & 0x3ff;
}

static void make_elf(struct image *image, struct fuzz_input *input)
{
	Elf64_Ehdr header = {
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
		.e_type = ET_CORE,
		.e_machine = EM_X86_64,
		.e_phoff = sizeof(header),
		.e_phentsize = sizeof(Elf64_Phdr),
	};
	uint16_t i;

	header.e_phnum = take_number(input) % 5;
	put(image, &header, sizeof(header));
	for (i = 0; i < header.e_phnum; i++) {
		Elf64_Phdr segment = {
			.p_type = take_number(input) & 1 ? PT_LOAD : PT_NOTE,
			.p_offset = take_number(input),
			.p_filesz = take_number(input),
			.p_paddr = take_number(input),
		};

		put(image, &segment, sizeof(segment));
	}
	put_rest(image, input);
}

static void make_lime(struct image *image, struct fuzz_input *input)
{
	static const uint8_t memory[1024];

	while (input->size && image->size < 8192) {
		struct {
			uint32_t magic, version;
			uint64_t start, last, reserved;
		} header = {.magic = 0x4c694d45, .version = 1};
		uint64_t size = take_number(input);

		header.start = take_number(input);
		header.last = header.start + size - 1;
		put(image, &header, sizeof(header));
		put(image, memory, size < 1024 ? size : 1024);
	}
}

/* Notes by themselves, in a buffer of just their size. */
static void parse_notes(struct fuzz_input *input)
{
	struct fathom_error *error;
	struct fathom_wire_cpu *cpus;
	struct image image = {0};
	uint32_t count;
	void *notes;

	while (input->size && image.size < 2048) {
		uint32_t header[3] = {5, 440, 0};
		uint8_t state[440] = {1};
		uint64_t name_size = take_number(input);
		uint64_t data_size = take_number(input);

		if (name_size & 0x100)
			header[0] = (uint32_t)name_size;
		if (data_size & 0x100)
			header[1] = (uint32_t)data_size;
		put(&image, header, sizeof(header));
		put(&image, "QEMU\0\0\0", 8);
		put(&image, state, data_size & 0x200 ? 100 : sizeof(state));
	}
	put_rest(&image, input);
	notes = malloc(image.size + 1);
	DEMAND(notes);
	memcpy(notes, image.bytes, image.size);
	error = dump_notes_cpus(notes, image.size, &cpus, &count);
	DEMAND(!error || (!cpus && !count));
	end_of(error);
	free(cpus);
	free(notes);
}

static void open_image(const struct image *image, uint64_t address)
{
	struct fathom_channel *channel;
	struct fathom_error *error;
	char path[64];
	int fd = memfd_create("dump", 0);

	DEMAND(fd >= 0);
	DEMAND(write(fd, image->bytes, image->size) == (ssize_t)image->size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	error = fathom_emulator_open_dump(path, &channel);
	close(fd);
	if (error) {
		end_of(error);
		return;
	}
	use(channel, address);
	channel->ops->destroy(channel);
}

static bool others_format(const struct image *image)
{
	return image->size >= 8 && (!memcmp(image->bytes, "KDUMP   ", 8) ||
				    !memcmp(image->bytes, "DISKDUMP", 8));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	static struct image image;
	uint64_t address;
	uint8_t choice;

	fuzz_take(&input, &choice, sizeof(choice));
	address = take_number(&input);
	image.size = 0;
	switch (choice % 5) {
	case 0:
		make_elf(&image, &input);
		break;
	case 1:
		make_lime(&image, &input);
		break;
	case 2:
		parse_notes(&input);
		return 0;
	case 3:
		put_rest(&image, &input);
		image.size &= ~(size_t)4095; /* raw */
		break;
	default:
		put_rest(&image, &input);
		break;
	}
	if (!others_format(&image))
		open_image(&image, address);
	return 0;
}
