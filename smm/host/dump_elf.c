/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * ELF dumps of a whole machine: QEMU's dump-guest-memory, /proc/vmcore. They
 * hold memory as it is, so that only the headers need to be understood, and
 * the CPU state in QEMU's notes, which libkdumpfile does not offer.
 */
#include "dump.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct elf_dump {
	const struct dump_file *file;
	struct file_dump *dump;
	Elf64_Phdr *headers;
	uint32_t header_count;
	bool physical; /* some segment says at which physical address it is */
};

static struct fathom_error *check_header(const Elf64_Ehdr *header)
{
	if (header->e_ident[EI_CLASS] != ELFCLASS64 ||
	    header->e_ident[EI_DATA] != ELFDATA2LSB ||
	    header->e_machine != EM_X86_64)
		return fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
					   "an ELF file, but not of x86-64");
	if (header->e_type != ET_CORE)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"an ELF file, but no dump (its type is %u, not ET_CORE)",
			header->e_type);
	if (header->e_phentsize != sizeof(Elf64_Phdr))
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"broken ELF header: program headers of %u bytes",
			header->e_phentsize);
	if (!header->e_phnum)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"broken ELF header: no program headers");
	if (header->e_phnum == PN_XNUM)
		return fathom_error_create(FATHOM_ERROR_LIMIT,
					   "more than %u ELF program headers",
					   PN_XNUM - 1);
	return NULL;
}

static struct fathom_error *read_headers(struct elf_dump *elf)
{
	struct fathom_error *error;
	Elf64_Ehdr header;

	error = dump_read_at(elf->file, 0, &header, sizeof(header),
			     "the ELF header");
	if (!error)
		error = check_header(&header);
	if (error)
		return error;
	elf->header_count = header.e_phnum;
	elf->headers = calloc(header.e_phnum, sizeof(*elf->headers));
	if (!elf->headers)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	return dump_read_at(elf->file, header.e_phoff, elf->headers,
			    header.e_phnum * sizeof(*elf->headers),
			    "the ELF program headers");
}

static struct fathom_error *add_load(struct elf_dump *elf, uint32_t index)
{
	const Elf64_Phdr *header = &elf->headers[index];
	struct segment segment = {
		.start = header->p_paddr,
		.size = header->p_filesz,
		.offset = header->p_offset,
		.fd = elf->file->fd,
	};

	/* Linux' vmcore gives regions that are no RAM this address. */
	if (header->p_paddr == UINT64_MAX || !header->p_filesz)
		return NULL;
	if (segment.offset > elf->file->size ||
	    segment.size > elf->file->size - segment.offset)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"truncated: ELF segment %u has 0x%" PRIx64
			" bytes at file offset 0x%" PRIx64
			", the file has 0x%" PRIx64,
			index, segment.size, segment.offset, elf->file->size);
	if (header->p_paddr || !header->p_vaddr)
		elf->physical = true;
	return segments_add(&elf->dump->segments, &segment);
}

static struct fathom_error *add_note(struct elf_dump *elf, uint32_t index)
{
	const Elf64_Phdr *header = &elf->headers[index];
	struct emulator_source *source = &elf->dump->source;
	struct fathom_error *error;
	void *notes;

	if (source->cpus || !header->p_filesz)
		return NULL;
	if (header->p_filesz > DUMP_MAX_NOTES)
		return fathom_error_create(FATHOM_ERROR_LIMIT,
					   "ELF notes of 0x%" PRIx64 " bytes",
					   header->p_filesz);
	notes = malloc(header->p_filesz);
	if (!notes)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	error = dump_read_at(elf->file, header->p_offset, notes,
			     header->p_filesz, "the ELF notes");
	if (!error)
		error = dump_notes_cpus(notes, header->p_filesz, &source->cpus,
					&source->cpu_count);
	free(notes);
	return error;
}

static struct fathom_error *read_elf(struct elf_dump *elf)
{
	struct emulator_source *source = &elf->dump->source;
	struct fathom_error *error;
	uint32_t i;

	error = read_headers(elf);
	for (i = 0; !error && i < elf->header_count; i++) {
		if (elf->headers[i].p_type == PT_LOAD)
			error = add_load(elf, i);
		else if (elf->headers[i].p_type == PT_NOTE)
			error = add_note(elf, i);
	}
	if (error)
		return error;
	if (elf->dump->segments.count && !elf->physical)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"the core file of a process, not the dump of a machine: no segment has a physical address");
	return segments_finish(&elf->dump->segments, &source->ranges,
			       &source->range_count);
}

struct fathom_error *dump_open_elf(const struct dump_file *file,
				   struct emulator_source **ret)
{
	struct elf_dump elf = {.file = file};
	struct fathom_error *error;

	error = file_dump_create(file, &elf.dump);
	if (error)
		return error;
	error = read_elf(&elf);
	free(elf.headers);
	if (error) {
		elf.dump->fd = -1;
		emulator_source_destroy(&elf.dump->source);
		return error;
	}
	*ret = &elf.dump->source;
	return NULL;
}
