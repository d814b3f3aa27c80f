/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The checks that make a table of symbols this kernel's.
 *
 * A process can fill its memory with anything, a fake VMCOREINFO included, but
 * it cannot write the kernel's image. So all of this goes by what lies in the
 * image, at the places the symbols tell.
 */
#include <stdlib.h>
#include <string.h>

#include "../client.h"
#include "bytes.h"
#include "verify.h"

/* Where x86-64 kernels are linked to run (CONFIG_PHYSICAL_START's default). */
#define DEFAULT_LINK_BASE 0xffffffff81000000ull
#define BANNER_START	  "Linux version "
/* .notes has a few hundred bytes. */
#define MAX_NOTES	16384
#define NOTE_HEADER	12
#define NT_GNU_BUILD_ID 3

static struct fathom_error *symbol_value(const struct fathom_kernel *kernel,
					 const char *name, uint64_t *ret)
{
	if (!fathom_table_value(kernel->table, name, ret))
		return fathom_error_create(FATHOM_ERROR_SYMBOL,
					   "%s is not among the symbols", name);
	if (*ret >= kernel->image.size)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "%s is outside the kernel's image",
					   name);
	return NULL;
}

static struct fathom_error *read_image(struct fathom_client *client,
				       const struct fathom_kernel *kernel,
				       uint64_t offset, void *buffer,
				       size_t size)
{
	return fathom_client_read(client, FATHOM_SPACE_PHYSICAL,
				  kernel->image.physical + offset, buffer,
				  size);
}

static struct fathom_error *check_base(const struct fathom_kernel *kernel)
{
	uint64_t value;

	if (fathom_table_value(kernel->table, "_text", &value) && !value)
		return NULL;
	return fathom_error_create(
		FATHOM_ERROR_FORMAT,
		"_text is not at 0x%llx, where the image starts",
		(unsigned long long)kernel->image.base);
}

/* The second word of "Linux version RELEASE (...". */
static bool take_release(const char *banner, char *ret, size_t size)
{
	const char *start = banner + strlen(BANNER_START);
	size_t length = strcspn(start, " ");

	if (!length || length >= size)
		return false;
	memcpy(ret, start, length);
	ret[length] = '\0';
	return true;
}

static struct fathom_error *check_banner(struct fathom_client *client,
					 struct fathom_kernel *kernel)
{
	char banner[FATHOM_BANNER_SIZE] = {};
	struct fathom_error *error;
	uint64_t at, room;

	error = symbol_value(kernel, "linux_banner", &at);
	if (error)
		return error;
	room = kernel->image.size - at;
	error = read_image(client, kernel, at, banner,
			   room < sizeof(banner) ? room : sizeof(banner));
	if (error)
		return fathom_error_prefix(error, "linux_banner");
	if (strncmp(banner, BANNER_START, strlen(BANNER_START)) ||
	    strnlen(banner, sizeof(banner)) == sizeof(banner))
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"linux_banner does not start with \"%s\"",
			BANNER_START);
	banner[strcspn(banner, "\n")] = '\0';
	/* It will be printed on terminals. */
	for (char *c = banner; *c; c++)
		if (*c < 0x20 || *c >= 0x7f)
			*c = '?';
	if (!take_release(banner, kernel->release, sizeof(kernel->release)))
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "linux_banner has no release");
	memset(kernel->facts.banner, 0, sizeof(kernel->facts.banner));
	strcpy(kernel->facts.banner, banner);
	return NULL;
}

/* init_top_pgt is what x86 calls swapper_pg_dir (asm/pgtable_64.h). */
static struct fathom_error *swapper(const struct fathom_kernel *kernel,
				    uint64_t *ret)
{
	struct fathom_error *error;

	error = symbol_value(kernel, "init_top_pgt", ret);
	if (error && error->code == FATHOM_ERROR_SYMBOL) {
		fathom_error_destroy(error);
		error = symbol_value(kernel, "swapper_pg_dir", ret);
	}
	if (!error && *ret % 4096)
		error = fathom_error_create(FATHOM_ERROR_FORMAT,
					    "swapper_pg_dir is not aligned");
	return error;
}

/* swapper_pg_dir must map the image just as the tables we came by do. */
static struct fathom_error *check_tables(struct fathom_client *client,
					 struct fathom_kernel *kernel)
{
	struct fathom_image images[FATHOM_MAX_IMAGES];
	struct fathom_tables tables = kernel->image.tables;
	struct fathom_error *error;
	uint64_t value;
	size_t count;

	error = swapper(kernel, &value);
	if (error)
		return error;
	tables.root = kernel->image.physical + value;
	error = fathom_images_find(client, &tables, &kernel->image.base, 1,
				   images, &count);
	if (error)
		return fathom_error_prefix(error, "swapper_pg_dir");
	if (images[0].base != kernel->image.base ||
	    images[0].physical != kernel->image.physical)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"swapper_pg_dir does not map the kernel at 0x%llx",
			(unsigned long long)kernel->image.base);
	kernel->image.tables = tables;
	return NULL;
}

/*
 * With page-table isolation, a second root for user mode follows the first
 * one, and has an entry for the CPU entry area (arch/x86/mm/pti.c). Kernels
 * built without it have no room between swapper_pg_dir and the next symbol;
 * where it is switched off, the second root is empty.
 */
static struct fathom_error *find_pti(struct fathom_client *client,
				     struct fathom_kernel *kernel)
{
	const uint64_t entry_area = 0xfffffe0000000000ull;
	unsigned int shift = kernel->image.tables.levels == 5 ? 48 : 39;
	uint64_t user = kernel->image.tables.root + 4096;
	uint64_t inside = user - kernel->image.physical;
	const struct fathom_table_entry *owner;
	struct fathom_error *error;
	uint8_t raw[8];
	uint64_t value;

	error = swapper(kernel, &value);
	if (error)
		return error;
	owner = fathom_table_at(kernel->table, inside);
	if (!owner || owner->value != value ||
	    inside + 4096 > kernel->image.size)
		return NULL;
	error = fathom_client_read(client, FATHOM_SPACE_PHYSICAL,
				   user + 8 * (entry_area >> shift & 511), raw,
				   sizeof(raw));
	if (error)
		return fathom_error_prefix(error, "swapper_pg_dir");
	kernel->pti = fathom_le64(raw) & 1;
	return NULL;
}

/* Where the kernel itself holds its VMCOREINFO to be: a virtual address. */
static struct fathom_error *own_vmcoreinfo(struct fathom_client *client,
					   const struct fathom_kernel *kernel,
					   uint64_t *address)
{
	struct fathom_error *error;
	uint8_t raw[8];
	uint64_t value;

	error = symbol_value(kernel, "vmcoreinfo_data", &value);
	if (!error)
		error = read_image(client, kernel, value, raw, sizeof(raw));
	if (!error)
		*address = fathom_le64(raw);
	return error;
}

static struct fathom_error *
check_evidence(struct fathom_client *client, const struct fathom_kernel *kernel,
	       const struct fathom_evidence *evidence, uint64_t address)
{
	struct fathom_error *error;
	uint64_t page;

	error = fathom_tables_walk(client, &kernel->image.tables, address,
				   &page);
	if (!error && page != evidence->page)
		error = fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"VMCOREINFO at physical 0x%llx is not the kernel's, which is at 0x%llx",
			(unsigned long long)evidence->page,
			(unsigned long long)page);
	return error;
}

static bool vmcoreinfo_agrees(const struct fathom_kernel *kernel,
			      const struct fathom_vmcoreinfo *info)
{
	uint64_t base = kernel->image.base;
	uint64_t root =
		base + kernel->image.tables.root - kernel->image.physical;
	uint64_t link = base - info->kernel_offset;

	return info->stext >= base && info->stext - base < FATHOM_LARGE_PAGE &&
	       info->swapper_pg_dir == root && link <= base &&
	       link >= FATHOM_TEXT_START && !(link % FATHOM_LARGE_PAGE) &&
	       !strcmp(info->release, kernel->release);
}

/*
 * Symbols that came from VMCOREINFO need the kernel's word that the page is
 * its own. For others it is just where the KASLR offset is written down.
 */
static struct fathom_error *
check_vmcoreinfo(struct fathom_client *client, struct fathom_kernel *kernel,
		 const struct fathom_evidence *evidence)
{
	char text[FATHOM_VMCOREINFO_SIZE];
	struct fathom_vmcoreinfo info;
	struct fathom_error *error;
	uint64_t address;

	error = own_vmcoreinfo(client, kernel, &address);
	if (!error && evidence)
		error = check_evidence(client, kernel, evidence, address);
	if (!error)
		error = fathom_client_read(
			client, fathom_tables_space(&kernel->image.tables),
			address, text, sizeof(text));
	if (!error)
		error = fathom_vmcoreinfo_parse(text, sizeof(text), &info);
	if (!error && !vmcoreinfo_agrees(kernel, &info))
		error = fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"VMCOREINFO contradicts the kernel's page tables");
	if (!error) {
		kernel->facts.link_base =
			kernel->image.base - info.kernel_offset;
		strcpy(kernel->facts.build_id, info.build_id);
		return NULL;
	}
	if (evidence || fathom_error_is_final(error))
		return error;
	fathom_error_destroy(error);
	return NULL;
}

static void to_hex(const uint8_t *data, size_t size, char *ret)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		*ret++ = digits[data[i] >> 4];
		*ret++ = digits[data[i] & 15];
	}
	*ret = '\0';
}

/* ELF notes: {name size, content size, type}, both padded to 4 bytes. */
static bool find_build_id(const uint8_t *notes, size_t size, char *id,
			  size_t *note)
{
	uint64_t name, content, step;

	for (size_t at = 0; size - at >= NOTE_HEADER; at += step) {
		name = (fathom_le32(notes + at) + 3ull) & ~3ull;
		content = (fathom_le32(notes + at + 4) + 3ull) & ~3ull;
		step = NOTE_HEADER + name + content;
		if (step > size - at)
			return false;
		if (fathom_le32(notes + at + 8) == NT_GNU_BUILD_ID &&
		    name == 4 && content >= 8 && content <= 20 &&
		    !memcmp(notes + at + NOTE_HEADER, "GNU", 4)) {
			to_hex(notes + at + NOTE_HEADER + 4, content, id);
			*note = at;
			return true;
		}
	}
	return false;
}

static struct fathom_error *read_notes(struct fathom_client *client,
				       struct fathom_kernel *kernel)
{
	uint8_t notes[MAX_NOTES];
	struct fathom_error *error;
	uint64_t start, end;
	size_t note;

	if (!fathom_table_value(kernel->table, "__start_notes", &start) ||
	    !fathom_table_value(kernel->table, "__stop_notes", &end) ||
	    end <= start || end > kernel->image.size ||
	    end - start > sizeof(notes))
		return NULL;
	error = read_image(client, kernel, start, notes, end - start);
	if (error)
		return fathom_error_prefix(error, "__start_notes");
	if (find_build_id(notes, end - start, kernel->facts.build_id, &note))
		kernel->facts.note = start + note;
	return NULL;
}

struct fathom_error *
fathom_kernel_verify(struct fathom_client *client, struct fathom_kernel *kernel,
		     const struct fathom_evidence *evidence)
{
	struct fathom_error *error;

	error = check_base(kernel);
	if (!error)
		error = check_banner(client, kernel);
	if (!error)
		error = check_tables(client, kernel);
	if (!error)
		error = find_pti(client, kernel);
	if (!error && !kernel->facts.link_base)
		kernel->facts.link_base = kernel->image.base < DEFAULT_LINK_BASE
						  ? kernel->image.base
						  : DEFAULT_LINK_BASE;
	if (!error)
		error = check_vmcoreinfo(client, kernel, evidence);
	if (!error)
		error = read_notes(client, kernel);
	return error;
}
