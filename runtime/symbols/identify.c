/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The ways to a kernel's symbols.
 */
#include <stdlib.h>
#include <string.h>

#include "../client.h"
#include "bytes.h"
#include "identify.h"
#include "kallsyms.h"
#include "kallsyms_search.h"
#include "system_map.h"
#include "verify.h"
#include "window.h"

/* Name tables have 2 to 4 MiB. */
#define MAX_NAMES (64ull << 20)
/* Token offsets have 16 bits. */
#define MAX_TOKEN_TABLE (1u << 17)
#define MAX_MATCHES	16

/* Header and name of a note that holds a SHA-1 build ID. */
static const uint8_t build_id_note[] = {
	4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0,
};
#define BUILD_ID_BYTES 20
#define NOTE_SIZE      (sizeof(build_id_note) + BUILD_ID_BYTES)

/* Files of the symbol cache that are considered. */
#define MAX_PLACES 256

bool fathom_error_is_final(const struct fathom_error *error)
{
	return error->code == FATHOM_ERROR_NO_MEMORY ||
	       error->code == FATHOM_ERROR_OS ||
	       error->code == FATHOM_ERROR_TARGET ||
	       error->code == FATHOM_ERROR_PROTOCOL;
}

void fathom_kernel_release(struct fathom_kernel *kernel)
{
	free(kernel->owned);
	fathom_cache_close(&kernel->cache);
	*kernel = (struct fathom_kernel){};
}

static struct fathom_error *scan_image(struct fathom_client *client,
				       const struct fathom_image *image,
				       const void *pattern, size_t length,
				       uint64_t alignment, uint64_t *matches,
				       size_t *count)
{
	uint64_t next;

	return fathom_client_scan(
		client, image->physical, image->physical + image->size,
		alignment, pattern, length, matches, MAX_MATCHES, count, &next);
}

/* Verify, or release. */
static struct fathom_error *finish(struct fathom_client *client,
				   const struct fathom_evidence *evidence,
				   struct fathom_kernel *kernel)
{
	struct fathom_error *error =
		fathom_kernel_verify(client, kernel, evidence);

	if (error)
		fathom_kernel_release(kernel);
	return error;
}

static void build_id_text(const uint8_t *id, char *ret)
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned int i = 0; i < BUILD_ID_BYTES; i++) {
		*ret++ = digits[id[i] >> 4];
		*ret++ = digits[id[i] & 15];
	}
	*ret = '\0';
}

static struct fathom_error *check_count(struct fathom_client *client,
					const struct fathom_kernel *kernel)
{
	const struct fathom_cache_facts *facts = kernel->cache.facts;
	struct fathom_error *error;
	uint8_t raw[4] = {};

	if (facts->count_address > kernel->image.size - sizeof(raw))
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"symbol cache: kallsyms_num_syms is outside the image");
	error = fathom_client_read(client, FATHOM_SPACE_PHYSICAL,
				   kernel->image.physical +
					   facts->count_address,
				   raw, sizeof(raw));
	if (!error && fathom_le32(raw) != facts->count)
		error = fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"symbol cache: the kernel has %u symbols, not %llu",
			fathom_le32(raw), (unsigned long long)facts->count);
	return error;
}

/* The file's word against the target's. */
static struct fathom_error *match_cache(struct fathom_client *client,
					struct fathom_kernel *kernel,
					uint64_t note)
{
	const struct fathom_cache_facts *facts = kernel->cache.facts;
	struct fathom_error *error;

	if (facts->note != note)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"symbol cache: build ID %s is not in the kernel's notes",
			facts->build_id);
	error = check_count(client, kernel);
	if (!error)
		error = fathom_kernel_verify(client, kernel, NULL);
	if (error)
		return error;
	if (strcmp(kernel->facts.banner, facts->banner) ||
	    strcmp(kernel->facts.build_id, facts->build_id))
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"symbol cache: build ID %s belongs to another kernel",
			facts->build_id);
	return NULL;
}

/*
 * What will be compared, with one call. The file's word: what is wrong in it
 * fetches pages for nothing.
 */
static struct fathom_error *fetch_evidence(struct fathom_client *client,
					   const struct fathom_kernel *kernel)
{
	static const struct {
		const char *name;
		uint64_t behind; /* bytes, at most a page */
	} pieces[] = {
		{"linux_banner", FATHOM_BANNER_SIZE - 1},
		/* The user's table lies behind the kernel's: see PTI. */
		{"init_top_pgt", FATHOM_WIRE_PAGE_SIZE},
		{"vmcoreinfo_data", 0},
		{"__start_notes", 0},
		{"__stop_notes", 0},
	};
	uint64_t pages[1 + 2 * sizeof(pieces) / sizeof(pieces[0])];
	uint64_t physical = kernel->image.physical;
	size_t count = 0;
	uint64_t value;
	size_t i;

	pages[count++] = physical + kernel->facts.count_address;
	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		if (!fathom_table_value(kernel->table, pieces[i].name,
					&value) ||
		    value >= kernel->image.size - FATHOM_WIRE_PAGE_SIZE)
			continue;
		pages[count++] = physical + value;
		pages[count++] = physical + value + pieces[i].behind;
	}
	return fathom_client_fetch_pages(client, pages, count);
}

static struct fathom_error *try_place(struct fathom_client *client,
				      const struct fathom_image *image,
				      const struct fathom_cache_place *place,
				      struct fathom_kernel *ret)
{
	struct fathom_error *error;

	*ret = (struct fathom_kernel){.image = *image, .source = "cache"};
	error = fathom_cache_open(place->build_id, &ret->cache);
	if (error)
		return error;
	ret->table = ret->cache.table;
	ret->facts = *ret->cache.facts;
	error = fetch_evidence(client, ret);
	if (!error)
		error = match_cache(client, ret, place->note);
	if (error)
		fathom_kernel_release(ret);
	return error;
}

/* Does this kernel have the place's build ID there? */
static bool has_build_id(const uint8_t note[NOTE_SIZE],
			 const struct fathom_cache_place *place)
{
	char text[2 * BUILD_ID_BYTES + 1];

	if (memcmp(note, build_id_note, sizeof(build_id_note)) != 0)
		return false;
	build_id_text(note + sizeof(build_id_note), text);
	return !strcmp(text, place->build_id);
}

static struct fathom_error *
read_notes_at(struct fathom_client *client, const struct fathom_image *image,
	      const struct fathom_cache_place *places, size_t count,
	      uint8_t (*notes)[NOTE_SIZE])
{
	struct fathom_client_item items[MAX_PLACES];
	size_t i;

	for (i = 0; i < count; i++)
		items[i] = (struct fathom_client_item){
			.space = FATHOM_SPACE_PHYSICAL,
			.address = image->physical + places[i].note,
			.buffer = notes[i],
			/* Nothing outside the image is looked at. */
			.length = places[i].note < image->size - NOTE_SIZE
					  ? NOTE_SIZE
					  : 0,
		};
	return fathom_client_readv(client, items, count);
}

/*
 * A search for the build ID would go through the whole image; each file tells
 * where it is in the image it belongs to.
 */
struct fathom_error *fathom_kernel_from_cache(struct fathom_client *client,
					      const struct fathom_image *image,
					      struct fathom_kernel *ret)
{
	struct fathom_cache_place places[MAX_PLACES];
	uint8_t notes[MAX_PLACES][NOTE_SIZE] = {};
	struct fathom_error *error;
	size_t count;
	size_t i;

	count = fathom_cache_places(places, MAX_PLACES);
	error = read_notes_at(client, image, places, count, notes);
	if (error)
		return error;
	for (i = 0; i < count; i++) {
		if (!has_build_id(notes[i], &places[i]))
			continue;
		error = try_place(client, image, &places[i], ret);
		if (!error)
			return NULL;
		fathom_error_destroy(error);
	}
	return fathom_error_create(FATHOM_ERROR_FORMAT,
				   "symbol cache: nothing of this kernel");
}

static struct fathom_error *search_window(const struct fathom_window *window,
					  uint64_t digits,
					  const struct fathom_image *image,
					  struct fathom_kernel *kernel)
{
	uint64_t address = image->base + (window->start - image->physical);
	struct fathom_kallsyms tables;
	struct fathom_error *error;
	size_t num_syms;

	error = fathom_kallsyms_search(window->data, window->size,
				       digits - window->start, address,
				       image->base, &tables, &num_syms);
	if (!error)
		error = fathom_kallsyms_decode(&tables, image->base,
					       FATHOM_TEXT_END, &kernel->owned);
	if (error)
		return error;
	kernel->table = kernel->owned;
	kernel->facts.count = tables.count;
	kernel->facts.count_address =
		window->start + num_syms - image->physical;
	return NULL;
}

static struct fathom_error *decode_around(struct fathom_client *client,
					  uint64_t digits, unsigned int step,
					  struct fathom_kernel *kernel)
{
	const struct fathom_image *image = &kernel->image;
	struct fathom_window window;
	struct fathom_error *error;

	error = fathom_window_read(client, digits, step, image->physical,
				   image->physical + image->size, &window);
	if (error)
		return error;
	error = search_window(&window, digits, image, kernel);
	fathom_window_release(&window);
	return error;
}

static struct fathom_error *try_digits(struct fathom_client *client,
				       const struct fathom_image *image,
				       uint64_t digits, unsigned int step,
				       struct fathom_kernel *ret)
{
	struct fathom_error *error;

	*ret = (struct fathom_kernel){.image = *image, .source = "kallsyms"};
	error = decode_around(client, digits, step, ret);
	return error ? error : finish(client, NULL, ret);
}

struct fathom_error *fathom_kernel_from_image(struct fathom_client *client,
					      const struct fathom_image *image,
					      struct fathom_kernel *ret)
{
	uint64_t matches[MAX_MATCHES];
	struct fathom_error *error;
	size_t count;

	/* Without the literal's own NUL: the last digit's is not in it. */
	error = scan_image(client, image, FATHOM_KALLSYMS_DIGITS,
			   sizeof(FATHOM_KALLSYMS_DIGITS) - 1, 1, matches,
			   &count);
	if (error)
		return error;
	error = fathom_error_create(FATHOM_ERROR_FORMAT,
				    "no kallsyms in the kernel's image");
	for (size_t i = 0; i < count * FATHOM_WINDOW_STEPS; i++) {
		fathom_error_destroy(error);
		error = try_digits(client, image, matches[i % count], i / count,
				   ret);
		if (!error || fathom_error_is_final(error))
			return error;
	}
	return error;
}

static struct fathom_error *fetch(struct fathom_client *client,
				  const struct fathom_image *image,
				  const char *what, uint64_t address,
				  uint64_t size, uint8_t *buffer)
{
	uint64_t offset = address - image->base;
	struct fathom_error *error;

	if (address < image->base || offset > image->size ||
	    size > image->size - offset)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"%s at 0x%llx is outside the kernel's image", what,
			(unsigned long long)address);
	error = fathom_client_read(client, FATHOM_SPACE_PHYSICAL,
				   image->physical + offset, buffer, size);
	return error ? fathom_error_prefix(error, "%s", what) : NULL;
}

/* As far as the next table or the image goes; the decoder finds the end. */
static uint64_t room_after(const struct fathom_image *image, uint64_t address,
			   uint64_t next, uint64_t most)
{
	uint64_t end = image->base + image->size;
	uint64_t room;

	if (address < image->base || address >= end)
		return 0;
	room = next > address && next < end ? next - address : end - address;
	return room < most ? room : most;
}

static struct fathom_error *fetch_tables(struct fathom_client *client,
					 const struct fathom_image *image,
					 const struct fathom_vmcoreinfo *info,
					 struct fathom_kallsyms *tables,
					 uint8_t *buffer)
{
	uint8_t *names = buffer;
	uint8_t *token_table = names + tables->names_size;
	uint8_t *token_index = token_table + tables->token_table_size;
	uint8_t *offsets = token_index + 2 * FATHOM_KALLSYMS_TOKENS;
	struct fathom_error *error;

	tables->names = names;
	tables->token_table = token_table;
	tables->token_index = token_index;
	tables->offsets = offsets;
	error = fetch(client, image, "kallsyms_names", info->kallsyms_names,
		      tables->names_size, names);
	if (!error)
		error = fetch(client, image, "kallsyms_token_table",
			      info->kallsyms_token_table,
			      tables->token_table_size, token_table);
	if (!error)
		error = fetch(client, image, "kallsyms_token_index",
			      info->kallsyms_token_index,
			      2 * FATHOM_KALLSYMS_TOKENS, token_index);
	if (!error)
		error = fetch(client, image, "kallsyms_offsets",
			      info->kallsyms_offsets, 4ull * tables->count,
			      offsets);
	return error;
}

/* The numbers that tell how much the tables have. */
static struct fathom_error *fetch_sizes(struct fathom_client *client,
					const struct fathom_image *image,
					const struct fathom_vmcoreinfo *info,
					struct fathom_kallsyms *tables)
{
	struct fathom_error *error;
	uint8_t raw[8] = {};

	if (!info->kallsyms_names || !info->kallsyms_num_syms ||
	    !info->kallsyms_token_table || !info->kallsyms_token_index ||
	    !info->kallsyms_offsets)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"VMCOREINFO does not tell where kallsyms is");
	error = fetch(client, image, "kallsyms_num_syms",
		      info->kallsyms_num_syms, 4, raw);
	if (error)
		return error;
	tables->count = fathom_le32(raw);
	if (tables->count > FATHOM_TABLE_MAX_SYMBOLS)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "kallsyms claims %u symbols",
					   tables->count);
	tables->names_size = room_after(image, info->kallsyms_names,
					info->kallsyms_token_table, MAX_NAMES);
	tables->token_table_size = room_after(image, info->kallsyms_token_table,
					      info->kallsyms_token_index,
					      MAX_TOKEN_TABLE);
	tables->offsets_address = info->kallsyms_offsets;
	tables->place_relative = !info->kallsyms_relative_base;
	if (tables->place_relative)
		return NULL;
	error = fetch(client, image, "kallsyms_relative_base",
		      info->kallsyms_relative_base, 8, raw);
	tables->relative_base = fathom_le64(raw);
	return error;
}

static struct fathom_error *decode_at(struct fathom_client *client,
				      const struct fathom_image *image,
				      const struct fathom_vmcoreinfo *info,
				      struct fathom_kernel *kernel)
{
	struct fathom_kallsyms tables = {};
	struct fathom_error *error;
	uint8_t *buffer;

	error = fetch_sizes(client, image, info, &tables);
	if (error)
		return error;
	buffer = malloc(tables.names_size + tables.token_table_size +
			2 * FATHOM_KALLSYMS_TOKENS + 4ull * tables.count);
	if (!buffer)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "no memory for kallsyms");
	error = fetch_tables(client, image, info, &tables, buffer);
	if (!error)
		error = fathom_kallsyms_decode(&tables, image->base,
					       FATHOM_TEXT_END, &kernel->owned);
	free(buffer);
	kernel->table = kernel->owned;
	kernel->facts.count = tables.count;
	kernel->facts.count_address = info->kallsyms_num_syms - image->base;
	return error;
}

struct fathom_error *fathom_kernel_from_vmcoreinfo(
	struct fathom_client *client, const struct fathom_image *image,
	const struct fathom_evidence *evidence, struct fathom_kernel *ret)
{
	struct fathom_error *error;

	*ret = (struct fathom_kernel){.image = *image, .source = "kallsyms"};
	error = decode_at(client, image, &evidence->info, ret);
	return error ? error : finish(client, evidence, ret);
}

struct fathom_error *
fathom_kernel_from_system_map(struct fathom_client *client,
			      const struct fathom_image *image,
			      const char *path, struct fathom_kernel *ret)
{
	struct fathom_error *error;

	*ret = (struct fathom_kernel){.image = *image, .source = "System.map"};
	error = fathom_system_map_load(path, &ret->facts.link_base,
				       &ret->owned);
	if (error)
		return error;
	ret->table = ret->owned;
	error = finish(client, NULL, ret);
	if (error)
		return fathom_error_prefix(
			error, "System.map %s does not fit the kernel", path);
	return NULL;
}
