/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Dumps of every format, whole, truncated and broken. */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent_client.h"

#include <cmocka.h>

#define MAX  16
#define PAGE 4096u

/* libkdumpfile 0.5.1 never frees a map of the pages of a kdump file. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libkdumpfile";
}

/* A file being put together, and where it goes. */
struct file {
	char path[64];
	int fd; /* of a file in memory: there are thousands of writes */
	uint8_t *bytes;
	size_t size;
};

static int setup(void **state)
{
	struct file *file = calloc(1, sizeof(*file));

	assert_non_null(file);
	file->fd = memfd_create("dump", 0);
	assert_true(file->fd >= 0);
	snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
	*state = file;
	return 0;
}

static int teardown(void **state)
{
	struct file *file = *state;

	close(file->fd);
	free(file->bytes);
	free(file);
	return 0;
}

static void put(struct file *file, size_t offset, const void *bytes,
		size_t size)
{
	if (offset + size > file->size) {
		file->bytes = realloc(file->bytes, offset + size);
		assert_non_null(file->bytes);
		memset(file->bytes + file->size, 0, offset + size - file->size);
		file->size = offset + size;
	}
	if (size)
		memcpy(file->bytes + offset, bytes, size);
}

/* A page that says which it is. */
static void put_page(struct file *file, size_t offset, uint64_t physical)
{
	uint64_t page[PAGE / 8];
	size_t i;

	for (i = 0; i < PAGE / 8; i++)
		page[i] = physical + i * 8;
	put(file, offset, page, PAGE);
}

static void write_part(const struct file *file, size_t size)
{
	assert_int_equal(ftruncate(file->fd, 0), 0);
	assert_int_equal(pwrite(file->fd, file->bytes, size, 0), size);
}

static struct fathom_error *open_part(const struct file *file, size_t size,
				      struct fathom_channel **channel)
{
	write_part(file, size);
	return fathom_emulator_open_dump(file->path, channel);
}

static struct fathom_channel *open_whole(const struct file *file)
{
	struct fathom_channel *channel;

	client_no_error(open_part(file, file->size, &channel));
	return channel;
}

static void cannot_open(const struct file *file, const char *text)
{
	struct fathom_channel *channel;
	struct fathom_error *error;

	error = open_part(file, file->size, &channel);
	assert_non_null(error);
	assert_non_null(strstr(error->message, file->path));
	assert_null(strchr(error->message, '\n'));
	client_error_says(error, text);
}

/* Opens or tells an error that names the file; nothing else. */
static void opens_or_errs(const struct file *file, size_t size)
{
	struct fathom_channel *channel;
	struct fathom_error *error;
	uint32_t status;
	uint64_t value;

	error = open_part(file, size, &channel);
	if (error) {
		assert_non_null(strstr(error->message, file->path));
		fathom_error_destroy(error);
		return;
	}
	fathom_error_destroy(client_read(channel, FATHOM_SPACE_PHYSICAL, 0x1000,
					 &value, 8, &status));
	channel->ops->destroy(channel);
}

static void expect(struct fathom_channel *channel, uint64_t physical)
{
	uint32_t status;
	uint64_t value;

	client_no_error(client_read(channel, FATHOM_SPACE_PHYSICAL, physical,
				    &value, 8, &status));
	assert_int_equal(status, FATHOM_WIRE_OK);
	assert_int_equal(value, physical);
}

static void expect_no_ram(struct fathom_channel *channel, uint64_t physical)
{
	uint32_t status;
	uint64_t value;

	client_no_error(client_read(channel, FATHOM_SPACE_PHYSICAL, physical,
				    &value, 8, &status));
	assert_int_equal(status, FATHOM_WIRE_NOT_RAM);
}

static uint32_t expect_ranges(struct fathom_channel *channel,
			      const struct fathom_wire_range *expected,
			      uint32_t count, struct fathom_wire_cpu *cpus)
{
	struct fathom_wire_range ranges[MAX];
	struct fathom_wire_info info;

	client_no_error(client_info(channel, &info, cpus, ranges, MAX));
	assert_int_equal(info.range_count, count);
	assert_memory_equal(ranges, expected, count * sizeof(*ranges));
	assert_int_equal(info.flags,
			 info.cpu_count ? 0 : FATHOM_INFO_NO_CPU_STATE);
	return info.cpu_count;
}

static void raw(void **state)
{
	static const struct fathom_wire_range all = {0, 3 * PAGE};
	struct fathom_wire_cpu cpus[MAX];
	struct fathom_channel *channel;
	struct file *file = *state;
	size_t i;

	for (i = 0; i < 3; i++)
		put_page(file, i * PAGE, i * PAGE);
	channel = open_whole(file);
	assert_int_equal(expect_ranges(channel, &all, 1, cpus), 0);
	expect(channel, 0);
	expect(channel, 0x2ff8);
	expect_no_ram(channel, 0x3000);
	client_no_error(channel->ops->refresh(channel));
	channel->ops->destroy(channel);
}

static void raw_of_odd_size(void **state)
{
	struct file *file = *state;

	put_page(file, 0, 0);
	put(file, PAGE, "x", 1);
	cannot_open(file, "no multiple of 4096");
	put(file, 0, "", 0);
	file->size = 0;
	cannot_open(file, "empty");
}

static void no_such_file(void **state)
{
	struct fathom_channel *channel;

	(void)state;
	client_error_says(
		fathom_emulator_open_dump("/nonexistent/dump", &channel),
		"/nonexistent/dump: cannot open: No such file");
	client_error_says(fathom_emulator_open_dump("/tmp", &channel),
			  "/tmp: a directory, not a file of memory");
}

static void known_formats_with_a_remedy(void **state)
{
	static const struct {
		const char *magic;
		const char *text;
	} formats[] = {
		{"makedumpfile", "makedumpfile -R"},
		{"AVML", "avml-convert"},
		{"QFI\xfb", "disk image"},
		{"QEVM", "dump-guest-memory"},
		{"\x1f\x8b", "gzip"},
		{"\x28\xb5\x2f\xfd", "zstd"},
		{"\xfd"
		 "7zXZ",
		 "xz"},
	};
	struct file *file = *state;
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		put_page(file, 0, 0);
		put(file, 0, formats[i].magic, strlen(formats[i].magic));
		cannot_open(file, formats[i].text);
	}
}

/* The file loses its end while it is open. */
static void shortened_under_our_hands(void **state)
{
	struct fathom_channel *channel;
	struct file *file = *state;
	struct fathom_error *error;
	uint32_t status;
	uint64_t value;

	put_page(file, 0, 0);
	put_page(file, PAGE, PAGE);
	channel = open_whole(file);
	assert_int_equal(ftruncate(file->fd, PAGE), 0);
	expect(channel, 8);
	error = client_read(channel, FATHOM_SPACE_PHYSICAL, PAGE, &value, 8,
			    &status);
	assert_non_null(error);
	assert_int_equal(error->code, FATHOM_ERROR_TARGET);
	client_error_says(error, "shorter");
	channel->ops->destroy(channel);
}

struct lime_header {
	uint32_t magic;
	uint32_t version;
	uint64_t start;
	uint64_t last;
	uint64_t reserved;
};

static void put_lime(struct file *file, uint64_t start, unsigned int pages)
{
	struct lime_header header = {0x4c694d45, 1, start,
				     start + pages * PAGE - 1, 0};
	unsigned int i;

	put(file, file->size, &header, sizeof(header));
	for (i = 0; i < pages; i++)
		put_page(file, file->size, start + i * PAGE);
}

static void put_some_lime(struct file *file)
{
	put_lime(file, 0x1000, 2);
	put_lime(file, UINT64_C(0x100000000), 1);
	put_lime(file, 0x3000, 1); /* adjacent to the first */
}

static void lime(void **state)
{
	static const struct fathom_wire_range ranges[] = {
		{0x1000, 0x3000},
		{UINT64_C(0x100000000), 0x1000},
	};
	struct fathom_wire_cpu cpus[MAX];
	struct fathom_channel *channel;
	struct file *file = *state;

	put_some_lime(file);
	channel = open_whole(file);
	assert_int_equal(expect_ranges(channel, ranges, 2, cpus), 0);
	expect_no_ram(channel, 0xff8);
	expect(channel, 0x1000);
	expect(channel, 0x2ff8);
	expect(channel, 0x3000);
	expect(channel, UINT64_C(0x100000ff8));
	expect_no_ram(channel, UINT64_C(0x100001000));
	channel->ops->destroy(channel);
}

static void lime_truncated(void **state)
{
	static const size_t whole[] = {8224, 12352};
	struct fathom_channel *channel;
	struct file *file = *state;
	struct fathom_error *error;
	size_t size;

	put_some_lime(file);
	for (size = 4; size < file->size; size += 61) {
		assert_true(size != whole[0] && size != whole[1]);
		error = open_part(file, size, &channel);
		assert_non_null(error);
		assert_int_equal(error->code, FATHOM_ERROR_FORMAT);
		assert_non_null(strstr(error->message, file->path));
		client_error_says(error, "truncated");
	}
}

static void lime_broken(void **state)
{
	struct file *file = *state;
	struct lime_header *header;

	put_some_lime(file);
	header = (struct lime_header *)file->bytes;
	header->version = 2;
	cannot_open(file, "version 2");
	header->version = 1;
	header->last = header->start - 1;
	cannot_open(file, "file offset 0x0");
	header->start = 0;
	header->last = UINT64_MAX;
	cannot_open(file, "file offset 0x0");
	header->start = 0x1000;
	header->last = 0x1fff;
	cannot_open(file, "no LiME header at file offset 0x1020");
}

/* QEMU's note of one CPU, as arch_dump.c lays it out. */
static size_t put_qemu_note(uint8_t *buffer, uint64_t cr3, uint16_t cs)
{
	Elf64_Nhdr header = {5, 440, 0};
	uint64_t cr[5] = {0x80050033, 0, 0, cr3, 0x751ef0};
	uint64_t gs_base = UINT64_C(0xffff888012340000);
	uint64_t kernel_gs_base = 0x1234;
	uint64_t rip = UINT64_C(0xffffffff81000042);
	uint32_t version_and_size[2] = {1, 440};
	uint8_t *state = buffer + sizeof(header) + 8;

	memset(buffer, 0, sizeof(header) + 8 + 440);
	memcpy(buffer, &header, sizeof(header));
	memcpy(buffer + sizeof(header), "QEMU", 5);
	memcpy(state, version_and_size, 8);
	memcpy(state + 136, &rip, 8);
	memcpy(state + 152, &cs, 2);
	memcpy(state + 152 + 4 * 24 + 16, &gs_base, 8);
	memcpy(state + 392, cr, sizeof(cr));
	memcpy(state + 432, &kernel_gs_base, 8);
	return sizeof(header) + 8 + 440;
}

#define NOTES_OFFSET 512
#define LOAD_OFFSET  2049 /* QEMU does not align them either */

/* Notes of two CPUs after a foreign one, and three pieces of memory. */
static void put_elf(struct file *file)
{
	static const struct {
		uint64_t virtual;
		uint64_t physical;
		unsigned int pages;
	} loads[] = {
		{0, 0x1000, 2},
		{UINT64_C(0xffff888000000000), UINT64_C(0x100000000), 1},
		{UINT64_C(0xffffffff81000000), 0x2000, 2}, /* overlaps */
	};
	Elf64_Ehdr header = {
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
		.e_type = ET_CORE,
		.e_machine = EM_X86_64,
		.e_version = 1,
		.e_phoff = sizeof(header),
		.e_ehsize = sizeof(header),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 4,
	};
	Elf64_Phdr segments[4] = {
		{.p_type = PT_NOTE, .p_offset = NOTES_OFFSET}};
	Elf64_Nhdr foreign = {5, 3, 1};
	uint8_t notes[1200] = {0};
	size_t offset = LOAD_OFFSET;
	size_t i;
	size_t j;

	memcpy(notes, &foreign, sizeof(foreign));
	memcpy(notes + sizeof(foreign), "CORE", 5);
	segments[0].p_filesz = sizeof(foreign) + 8 + 4;
	segments[0].p_filesz +=
		put_qemu_note(notes + segments[0].p_filesz, 0x5000, 0x33);
	segments[0].p_filesz +=
		put_qemu_note(notes + segments[0].p_filesz, 0x6000, 0x10);
	put(file, NOTES_OFFSET, notes, segments[0].p_filesz);
	for (i = 0; i < 3; i++) {
		segments[i + 1] = (Elf64_Phdr){
			.p_type = PT_LOAD,
			.p_offset = offset,
			.p_vaddr = loads[i].virtual,
			.p_paddr = loads[i].physical,
			.p_filesz = loads[i].pages * PAGE,
			.p_memsz = loads[i].pages * PAGE,
		};
		for (j = 0; j < loads[i].pages; j++, offset += PAGE)
			put_page(file, offset, loads[i].physical + j * PAGE);
	}
	put(file, 0, &header, sizeof(header));
	put(file, sizeof(header), segments, sizeof(segments));
}

static void check_cpus(const struct fathom_wire_cpu *cpus, uint32_t count)
{
	assert_int_equal(count, 2);
	assert_int_equal(cpus[0].cr3, 0x5000);
	assert_int_equal(cpus[0].flags, FATHOM_CPU_USER_MODE);
	assert_int_equal(cpus[1].index, 1);
	assert_int_equal(cpus[1].cr0, 0x80050033);
	assert_int_equal(cpus[1].cr3, 0x6000);
	assert_int_equal(cpus[1].cr4, 0x751ef0);
	assert_int_equal(cpus[1].flags, 0);
	assert_int_equal(cpus[1].rip, UINT64_C(0xffffffff81000042));
	assert_int_equal(cpus[1].gs_base, UINT64_C(0xffff888012340000));
	assert_int_equal(cpus[1].kernel_gs_base, 0x1234);
}

static void elf(void **state)
{
	static const struct fathom_wire_range ranges[] = {
		{0x1000, 0x3000},
		{UINT64_C(0x100000000), 0x1000},
	};
	struct fathom_wire_cpu cpus[MAX];
	struct fathom_channel *channel;
	struct file *file = *state;

	put_elf(file);
	channel = open_whole(file);
	check_cpus(cpus, expect_ranges(channel, ranges, 2, cpus));
	expect(channel, 0x1000);
	expect(channel, 0x2000);
	expect(channel, 0x3ff8);
	expect(channel, UINT64_C(0x100000000));
	expect_no_ram(channel, 0x4000);
	channel->ops->destroy(channel);
}

static void elf_truncated(void **state)
{
	struct fathom_channel *channel;
	struct file *file = *state;
	size_t size;

	put_elf(file);
	for (size = 4; size < file->size; size += 61)
		client_error_says(open_part(file, size, &channel), "truncated");
}

static void elf_that_is_no_dump(void **state)
{
	struct file *file = *state;
	Elf64_Ehdr *header;
	Elf64_Phdr *segments;
	size_t i;

	put_elf(file);
	header = (Elf64_Ehdr *)file->bytes;
	segments = (Elf64_Phdr *)(header + 1);
	header->e_type = ET_EXEC;
	cannot_open(file, "no dump");
	header->e_type = ET_CORE;
	header->e_machine = EM_AARCH64;
	cannot_open(file, "not of x86-64");
	header->e_machine = EM_X86_64;
	header->e_phnum = 0;
	cannot_open(file, "no program headers");
	header->e_phnum = PN_XNUM;
	cannot_open(file, "program headers");
	header->e_phnum = 4;
	header->e_phoff = UINT64_MAX - 8;
	cannot_open(file, "program headers");
	header->e_phoff = sizeof(*header);
	for (i = 1; i < 4; i++)
		segments[i].p_paddr = 0;
	segments[1].p_vaddr = 0x400000;
	cannot_open(file, "core file of a process");
	for (i = 1; i < 4; i++)
		segments[i].p_type = PT_NULL;
	cannot_open(file, "no memory");
}

static void elf_broken(void **state)
{
	struct file *file = *state;
	Elf64_Phdr *segments;
	uint32_t *note;

	put_elf(file);
	segments = (Elf64_Phdr *)(file->bytes + sizeof(Elf64_Ehdr));
	segments[1].p_filesz = UINT64_MAX;
	cannot_open(file, "segment 1");
	segments[1].p_filesz = PAGE;
	segments[1].p_paddr = UINT64_MAX - 8;
	cannot_open(file, "impossible");
	segments[1].p_paddr = 0x1000;
	segments[0].p_filesz = UINT64_MAX;
	cannot_open(file, "notes");
	segments[0].p_filesz = 24 + 300;
	cannot_open(file, "runs past");
	segments[0].p_filesz = 24 + 460;
	note = (uint32_t *)(file->bytes + NOTES_OFFSET + 24);
	note[0] = UINT32_MAX; /* size of the name */
	cannot_open(file, "runs past");
	note[0] = 5;
	note[1] = 100; /* size of the data */
	cannot_open(file, "100 bytes");
	note[1] = 440;
	note[5] = 2;
	cannot_open(file, "version 2");
}

/* Whatever one flipped byte of the headers may do. */
static void elf_with_flipped_bytes(void **state)
{
	struct file *file = *state;
	size_t i;

	put_elf(file);
	for (i = 4; i < 1500; i++) {
		file->bytes[i] ^= 0xff;
		opens_or_errs(file, file->size);
		file->bytes[i] ^= 0xff;
	}
}

/* makedumpfile's diskdump_mod.h, for x86-64. */
struct kdump_header {
	char signature[8];
	int32_t version;
	char utsname[6][65];
	uint8_t pad[6];
	int64_t time[2];
	uint32_t status;
	int32_t block_size;
	int32_t sub_header_blocks;
	uint32_t bitmap_blocks;
	uint32_t max_mapnr;
	uint32_t total_ram_blocks;
	uint32_t device_blocks;
	uint32_t written_blocks;
	uint32_t current_cpu;
	int32_t nr_cpus;
};
struct kdump_sub_header {
	uint64_t phys_base;
	int32_t dump_level;
	int32_t split;
	uint64_t start_pfn, end_pfn;
	uint64_t vmcoreinfo_offset, vmcoreinfo_size;
	uint64_t notes_offset, notes_size;
	uint64_t eraseinfo_offset, eraseinfo_size;
	uint64_t start_pfn_64, end_pfn_64, max_mapnr_64;
};
struct kdump_page {
	uint64_t offset;
	uint32_t size;
	uint32_t flags;
	uint64_t page_flags;
};

/* 8 page frames: 1, 2, 3 and 6 are RAM; 2 has been left out of the dump. */
static void put_kdump(struct file *file)
{
	static const uint8_t ram = 0x4e;
	static const uint8_t dumped = 0x4a;
	static const uint64_t frames[] = {1, 3, 6};
	struct kdump_header header = {
		.signature = "KDUMP   ",
		.version = 6,
		.utsname = {"Linux", "guest", "6.1.0", "#1", "x86_64", ""},
		.block_size = PAGE,
		.sub_header_blocks = 1,
		.bitmap_blocks = 2,
		.max_mapnr = 8,
		.nr_cpus = 2,
	};
	struct kdump_sub_header sub = {
		.end_pfn = 8,
		.end_pfn_64 = 8,
		.max_mapnr_64 = 8,
		.notes_offset = PAGE + 1024,
	};
	struct kdump_page pages[3];
	uint8_t notes[1000];
	size_t i;

	sub.notes_size = put_qemu_note(notes, 0x5000, 0x33);
	sub.notes_size += put_qemu_note(notes + sub.notes_size, 0x6000, 0x10);
	put(file, 0, &header, sizeof(header));
	put(file, PAGE, &sub, sizeof(sub));
	put(file, sub.notes_offset, notes, sub.notes_size);
	put(file, 2 * PAGE, &ram, 1);
	put(file, 3 * PAGE, &dumped, 1);
	for (i = 0; i < 3; i++) {
		pages[i] = (struct kdump_page){
			.offset = (5 + i) * PAGE,
			.size = PAGE,
		};
		put_page(file, pages[i].offset, frames[i] * PAGE);
	}
	put(file, 4 * PAGE, pages, sizeof(pages));
}

static void kdump(void **state)
{
	static const struct fathom_wire_range ranges[] = {
		{0x1000, 0x3000},
		{0x6000, 0x1000},
	};
	struct fathom_wire_cpu cpus[MAX];
	struct fathom_channel *channel;
	struct file *file = *state;

	put_kdump(file);
	channel = open_whole(file);
	check_cpus(cpus, expect_ranges(channel, ranges, 2, cpus));
	expect(channel, 0x1000);
	expect(channel, 0x3ff8);
	expect(channel, 0x6000);
	expect_no_ram(channel, 0x2000); /* left out */
	expect_no_ram(channel, 0x4000);
	channel->ops->destroy(channel);
}

static void kdump_truncated(void **state)
{
	struct file *file = *state;
	struct fathom_channel *channel;
	size_t size;

	put_kdump(file);
	for (size = 8; size < file->size; size += 61)
		client_error_says(open_part(file, size, &channel), "truncated");
}

static void kdump_broken(void **state)
{
	struct file *file = *state;
	struct kdump_header *header;
	struct kdump_sub_header *sub;

	put_kdump(file);
	header = (struct kdump_header *)file->bytes;
	sub = (struct kdump_sub_header *)(file->bytes + PAGE);
	header->block_size = 512;
	cannot_open(file, "512");
	header->block_size = PAGE;
	strcpy(header->utsname[4], "s390x");
	cannot_open(file, "s390x");
	strcpy(header->utsname[4], "x86_64");
	sub->notes_size = UINT64_MAX;
	cannot_open(file, "notes");
	sub->notes_size = 900;
	cannot_open(file, "runs past");
	sub->notes_size = 0;
	header->bitmap_blocks = UINT32_MAX;
	cannot_open(file, "bitmap");
	header->bitmap_blocks = 2;
	header->sub_header_blocks = -1;
	cannot_open(file, "truncated");
}

/* The file loses its end while the library has it open. */
static void kdump_shortened(void **state)
{
	struct fathom_channel *channel;
	struct file *file = *state;
	uint32_t status;
	uint64_t value;

	put_kdump(file);
	channel = open_whole(file);
	assert_int_equal(ftruncate(file->fd, 5 * PAGE), 0);
	client_error_says(client_read(channel, FATHOM_SPACE_PHYSICAL, 0x6000,
				      &value, 8, &status),
			  "has become shorter");
	channel->ops->destroy(channel);
}

/* Whatever one flipped byte of what is looked at here may do. */
static void kdump_with_flipped_bytes(void **state)
{
	static const struct {
		size_t start, end;
	} areas[] = {
		{8, 480},
		{PAGE, PAGE + 112},
		{PAGE + 1024, PAGE + 1024 + 920},
		{2 * PAGE, 2 * PAGE + 8},
		{3 * PAGE, 3 * PAGE + 8},
		{4 * PAGE, 4 * PAGE + 72},
	};
	struct file *file = *state;
	size_t area;
	size_t i;

	put_kdump(file);
	for (area = 0; area < sizeof(areas) / sizeof(areas[0]); area++) {
		for (i = areas[area].start; i < areas[area].end; i++) {
			file->bytes[i] ^= 0xff;
			opens_or_errs(file, file->size);
			file->bytes[i] ^= 0xff;
		}
	}
}

/* One page in two ranges of half a page each. */
static void ranges_need_not_end_with_pages(void **state)
{
	struct lime_header header = {0x4c694d45, 1, 0x1000, 0x17ff, 0};
	struct fathom_channel *channel;
	struct file *file = *state;
	uint64_t values[512];
	uint32_t status;
	size_t i;

	for (i = 0; i < 512; i++)
		values[i] = 0x1000 + i * 8;
	put(file, 0, &header, sizeof(header));
	put(file, file->size, values, 0x800);
	header.start = 0x1800;
	header.last = 0x1fff;
	put(file, file->size, &header, sizeof(header));
	put(file, file->size, values + 256, 0x800);
	channel = open_whole(file);
	memset(values, 0, sizeof(values));
	client_no_error(client_read(channel, FATHOM_SPACE_PHYSICAL, 0x1000,
				    values, sizeof(values), &status));
	assert_int_equal(status, FATHOM_WIRE_OK);
	for (i = 0; i < 512; i++)
		assert_int_equal(values[i], 0x1000 + i * 8);
	channel->ops->destroy(channel);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(raw),
		TEST(raw_of_odd_size),
		TEST(no_such_file),
		TEST(known_formats_with_a_remedy),
		TEST(shortened_under_our_hands),
		TEST(lime),
		TEST(lime_truncated),
		TEST(lime_broken),
		TEST(elf),
		TEST(elf_truncated),
		TEST(elf_that_is_no_dump),
		TEST(elf_broken),
		TEST(elf_with_flipped_bytes),
		TEST(kdump),
		TEST(kdump_truncated),
		TEST(kdump_broken),
		TEST(kdump_shortened),
		TEST(kdump_with_flipped_bytes),
		TEST(ranges_need_not_end_with_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
