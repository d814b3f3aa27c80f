/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The kallsyms decoder, and the search for tables that nobody described.
 */
#include "symbols_test.h"

#include <stdio.h>

#include "symbols/kallsyms_search.h"
#include "symbols_encode.h"

#define BASE  0xffffffff9a000000ull
#define LIMIT 0xffffffffc0000000ull

static const struct encoded_symbol few[] = {
	{0, true, 'A', "fixed_percpu_data"},
	{0x1000, true, 'A', "cpu_debug_store"},
	{0, false, 'T', "_text"},
	{0, false, 'T', "_stext"},
	{0x1080, false, 't', "sys_init_kernel_lock.cold"},
	{0x2000, false, 't', "twice"},
	{0x3000, false, 'D', "linux_banner"},
	{0x4000, false, 'b', "twice"},
	{0x5000, false, 'B', "_end"},
};
#define FEW (sizeof(few) / sizeof(few[0]))

static struct fathom_table *decode(const struct encoded *encoded)
{
	struct fathom_kallsyms input = encoded_input(encoded, BASE);
	struct fathom_table *table;

	assert_ok(fathom_kallsyms_decode(&input, BASE, LIMIT, &table));
	assert_true(fathom_table_valid(table, table->size));
	return table;
}

static void assert_same(const struct fathom_table *table,
			const struct encoded_symbol *symbols, size_t count)
{
	const struct fathom_table_entry *entry = fathom_table_entries(table);

	assert_int_equal(table->count, count);
	for (size_t i = 0; i < count; i++, entry++) {
		assert_int_equal(entry->value, symbols[i].value);
		assert_int_equal(entry->flags & FATHOM_TABLE_ABSOLUTE,
				 symbols[i].absolute);
		assert_int_equal(entry->type, symbols[i].type);
		assert_string_equal(fathom_table_name(table, entry),
				    symbols[i].name);
	}
}

static void test_absolute_percpu(void **state)
{
	struct fathom_table *table;
	struct encoded encoded;

	(void)state;
	encode_kallsyms(few, FEW, OFFSETS_ABSOLUTE_PERCPU, 0, &encoded);
	table = decode(&encoded);
	assert_same(table, few, FEW);
	free(table);
	encoded_release(&encoded);
}

static void test_unsigned_offsets(void **state)
{
	struct fathom_table *table;
	struct encoded encoded;

	(void)state;
	encode_kallsyms(few + 2, FEW - 2, OFFSETS_UNSIGNED, 0, &encoded);
	table = decode(&encoded);
	assert_same(table, few + 2, FEW - 2);
	free(table);
	encoded_release(&encoded);
}

static void test_place_relative(void **state)
{
	struct fathom_kallsyms input;
	struct fathom_table *table;
	struct encoded encoded;

	(void)state;
	encode_kallsyms(few + 2, FEW - 2, OFFSETS_PLACE_RELATIVE, 0x3100,
			&encoded);
	input = encoded_input(&encoded, 0);
	input.place_relative = true;
	input.offsets_address = BASE + 0x3100;
	assert_ok(fathom_kallsyms_decode(&input, BASE, LIMIT, &table));
	assert_same(table, few + 2, FEW - 2);
	free(table);
	encoded_release(&encoded);
}

static void test_lookups(void **state)
{
	const struct fathom_table_entry *entry;
	struct fathom_table *table;
	struct encoded encoded;
	uint64_t value;

	(void)state;
	encode_kallsyms(few, FEW, OFFSETS_ABSOLUTE_PERCPU, 0, &encoded);
	table = decode(&encoded);
	assert_int_equal(fathom_table_find(table, "twice")->value, 0x2000);
	assert_null(fathom_table_find(table, "thrice"));
	assert_null(fathom_table_find(table, ""));
	assert_true(fathom_table_value(table, "linux_banner", &value));
	assert_int_equal(value, 0x3000);
	assert_false(fathom_table_value(table, "cpu_debug_store", &value));
	entry = fathom_table_at(table, 0x10ff);
	assert_string_equal(fathom_table_name(table, entry),
			    "sys_init_kernel_lock.cold");
	/* Per-CPU symbols have no place in the image. */
	assert_string_equal(fathom_table_name(table, fathom_table_at(table, 0)),
			    "_stext");
	free(table);
	encoded_release(&encoded);
}

static void test_long_names(void **state)
{
	struct encoded_symbol symbols[2] = {{0, false, 'T', "_text"},
					    {16, false, 't', NULL}};
	const size_t lengths[] = {126, 127, 128, 511, 1022, 1023};
	struct fathom_kallsyms input;
	struct fathom_table *table;
	struct encoded encoded;
	char name[1100];

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		memset(name, 'w', lengths[i]);
		name[lengths[i]] = '\0';
		symbols[1].name = name;
		encode_kallsyms(symbols, 2, OFFSETS_UNSIGNED, 0, &encoded);
		table = decode(&encoded);
		assert_same(table, symbols, 2);
		free(table);
		encoded_release(&encoded);
	}
	memset(name, 'w', 1024);
	name[1024] = '\0';
	encode_kallsyms(symbols, 2, OFFSETS_UNSIGNED, 0, &encoded);
	input = encoded_input(&encoded, BASE);
	assert_error(fathom_kallsyms_decode(&input, BASE, LIMIT, &table),
		     FATHOM_ERROR_FORMAT, "more than 1023");
	encoded_release(&encoded);
}

/* Names that end anywhere but where they should. */
static void test_truncated_names(void **state)
{
	struct fathom_kallsyms input;
	struct fathom_table *table;
	struct encoded encoded;
	uint8_t *exact;

	(void)state;
	encode_kallsyms(few, FEW, OFFSETS_ABSOLUTE_PERCPU, 0, &encoded);
	input = encoded_input(&encoded, BASE);
	for (size_t size = 0; size < encoded.names_size; size++) {
		/* Its own block, so that ASan sees one byte too many. */
		exact = malloc(size + !size);
		memcpy(exact, encoded.names, size);
		input.names = exact;
		input.names_size = size;
		assert_error(
			fathom_kallsyms_decode(&input, BASE, LIMIT, &table),
			FATHOM_ERROR_FORMAT, "names end in symbol");
		free(exact);
	}
	encoded_release(&encoded);
}

static void test_hostile_tokens(void **state)
{
	struct fathom_kallsyms input;
	struct fathom_table *table;
	struct encoded encoded;

	(void)state;
	encode_kallsyms(few, FEW, OFFSETS_ABSOLUTE_PERCPU, 0, &encoded);
	input = encoded_input(&encoded, BASE);
	memset(encoded.token_index + 2 * 'T', 0xff, 2);
	assert_error(fathom_kallsyms_decode(&input, BASE, LIMIT, &table),
		     FATHOM_ERROR_FORMAT, "token 84 is outside");
	encoded_release(&encoded);

	/* No NUL at the end of the table. */
	encode_kallsyms(few, FEW, OFFSETS_ABSOLUTE_PERCPU, 0, &encoded);
	input = encoded_input(&encoded, BASE);
	input.token_table_size--;
	assert_error(fathom_kallsyms_decode(&input, BASE, LIMIT, &table),
		     FATHOM_ERROR_FORMAT, "token 255 has no end");

	/* A token that is far longer than any name. */
	memset(encoded.token_table, 'x', 4096);
	assert_error(fathom_kallsyms_decode(&input, BASE, LIMIT, &table),
		     FATHOM_ERROR_FORMAT, "token 0 has no end");
	encoded_release(&encoded);
}

/* Names go to terminals: no escape sequence may get through. */
static void test_unprintable_name(void **state)
{
	struct fathom_kallsyms input;
	struct fathom_table *table;
	struct encoded encoded;
	size_t at;

	(void)state;
	encode_kallsyms(few, FEW, OFFSETS_ABSOLUTE_PERCPU, 0, &encoded);
	input = encoded_input(&encoded, BASE);
	at = encoded.token_index[2 * 'w'] | encoded.token_index[2 * 'w' + 1]
						    << 8;
	encoded.token_table[at] = 0x1b;
	assert_error(fathom_kallsyms_decode(&input, BASE, LIMIT, &table),
		     FATHOM_ERROR_FORMAT, "printable");
	encoded_release(&encoded);
}

static void test_hostile_numbers(void **state)
{
	struct fathom_kallsyms input;
	struct fathom_table *table;
	struct encoded encoded;

	(void)state;
	encode_kallsyms(few, FEW, OFFSETS_ABSOLUTE_PERCPU, 0, &encoded);
	input = encoded_input(&encoded, BASE);
	input.count = 0;
	assert_error(fathom_kallsyms_decode(&input, BASE, LIMIT, &table),
		     FATHOM_ERROR_FORMAT, "claims 0");
	input.count = UINT32_MAX;
	assert_error(fathom_kallsyms_decode(&input, BASE, LIMIT, &table),
		     FATHOM_ERROR_FORMAT, "claims 4294967295");
	input.count = FEW;
	input.relative_base = 0x1000;
	assert_error(fathom_kallsyms_decode(&input, BASE, LIMIT, &table),
		     FATHOM_ERROR_FORMAT, "outside the kernel");
	/* A symbol without even a type. */
	input.relative_base = BASE;
	encoded.names[0] = 0;
	assert_error(fathom_kallsyms_decode(&input, BASE, LIMIT, &table),
		     FATHOM_ERROR_FORMAT, "symbol 0 is empty");
	encoded_release(&encoded);
}

/* Whatever is in the tables, the decoder ends, and in order. */
static void test_random_damage(void **state)
{
	struct fathom_kallsyms input;
	struct fathom_table *table;
	struct fathom_error *error;
	struct encoded encoded;
	unsigned int seed = 1;

	(void)state;
	for (unsigned int round = 0; round < 3000; round++) {
		encode_kallsyms(few, FEW, OFFSETS_ABSOLUTE_PERCPU, 0, &encoded);
		for (unsigned int i = 0; i < 3; i++) {
			encoded.names[rand_r(&seed) % encoded.names_size] =
				rand_r(&seed);
			encoded.token_index[rand_r(&seed) % 512] =
				rand_r(&seed);
			encoded.offsets[rand_r(&seed) % FEW] = rand_r(&seed);
		}
		input = encoded_input(&encoded, BASE);
		error = fathom_kallsyms_decode(&input, BASE, LIMIT, &table);
		if (!error) {
			assert_true(fathom_table_valid(table, table->size));
			free(table);
		}
		fathom_error_destroy(error);
		encoded_release(&encoded);
	}
}

/* An image with the tables in the order of one of the kernels there were. */
struct image {
	uint8_t *data;
	size_t size;
	size_t digits;
	size_t num_syms;
};

static size_t put(struct image *image, size_t at, const void *data, size_t size)
{
	memcpy(image->data + at, data, size);
	return (at + size + 7) & ~(size_t)7;
}

enum order { OFFSETS_FIRST, OFFSETS_LAST, WITH_SEQUENCES };

static void build_image(const struct encoded *encoded, enum order order,
			bool relative_base, struct image *image)
{
	const uint64_t base = BASE, count = encoded->count;
	size_t at = 0x3000;

	image->size = 1 << 20;
	image->data = malloc(image->size);
	/* Anything but zeros, as rodata is. */
	for (size_t i = 0; i < image->size; i++)
		image->data[i] = i * 7 + (i >> 8);
	if (order != OFFSETS_LAST) {
		at = put(image, at, encoded->offsets, 4 * count);
		at = put(image, at, &base, 8);
	}
	image->num_syms = at;
	at = put(image, at, &count, 8);
	at = put(image, at, encoded->names, encoded->names_size);
	at = put(image, at, encoded->markers, 4 * encoded->marker_count);
	/* 6.2 and 6.3 have kallsyms_seqs_of_names here. */
	if (order == WITH_SEQUENCES)
		at = (at + 3 * count + 7) & ~(size_t)7;
	image->digits = at + (encoded->token_index[2 * '0'] |
			      encoded->token_index[2 * '0' + 1] << 8);
	at = put(image, at, encoded->token_table, encoded->token_table_size);
	at = put(image, at, encoded->token_index, sizeof(encoded->token_index));
	if (order != OFFSETS_LAST)
		return;
	at = put(image, at, encoded->offsets, 4 * count);
	if (relative_base)
		put(image, at, &base, 8);
}

static struct encoded_symbol *many_symbols(size_t count)
{
	struct encoded_symbol *symbols = calloc(count, sizeof(*symbols));
	char *name;

	for (size_t i = 0; i < count; i++) {
		if (asprintf(&name, "sys_function_%zu", i) < 0)
			abort();
		symbols[i] = (struct encoded_symbol){16 * i, false, 't', name};
	}
	return symbols;
}

static void free_symbols(struct encoded_symbol *symbols, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)symbols[i].name);
	free(symbols);
}

static struct fathom_error *search(const struct image *image, uint64_t base,
				   struct fathom_kallsyms *found,
				   size_t *num_syms)
{
	return fathom_kallsyms_search(image->data, image->size, image->digits,
				      base, base, found, num_syms);
}

#define MANY 1000

static void check_search(enum order order, enum encoded_offsets how,
			 uint64_t base)
{
	struct encoded_symbol *symbols = many_symbols(MANY);
	struct fathom_kallsyms found;
	struct fathom_table *table;
	struct encoded encoded;
	struct image image;
	size_t num_syms, offsets = 0;

	/* Once more, now that it is known where they will be. */
	for (unsigned int round = 0; round < 2; round++) {
		encode_kallsyms(symbols, MANY, how, offsets, &encoded);
		build_image(&encoded, order, how != OFFSETS_PLACE_RELATIVE,
			    &image);
		offsets = (image.digits -
			   (encoded.token_index[2 * '0'] |
			    encoded.token_index[2 * '0' + 1] << 8) +
			   encoded.token_table_size + 7) /
				  8 * 8 +
			  512;
		if (round)
			break;
		free(image.data);
		encoded_release(&encoded);
	}
	assert_ok(search(&image, base, &found, &num_syms));
	assert_int_equal(num_syms, image.num_syms);
	assert_int_equal(found.place_relative, how == OFFSETS_PLACE_RELATIVE);
	assert_ok(fathom_kallsyms_decode(&found, BASE, LIMIT, &table));
	assert_same(table, symbols, MANY);
	free(table);
	free(image.data);
	encoded_release(&encoded);
	free_symbols(symbols, MANY);
}

static void test_search_orders(void **state)
{
	(void)state;
	check_search(OFFSETS_FIRST, OFFSETS_ABSOLUTE_PERCPU, BASE);
	check_search(WITH_SEQUENCES, OFFSETS_ABSOLUTE_PERCPU, BASE);
	check_search(OFFSETS_LAST, OFFSETS_ABSOLUTE_PERCPU, BASE);
	check_search(OFFSETS_LAST, OFFSETS_UNSIGNED, BASE);
	check_search(OFFSETS_LAST, OFFSETS_PLACE_RELATIVE, BASE);
}

/* In bare physical memory nobody knows the base yet. */
static void test_search_unknown_base(void **state)
{
	(void)state;
	check_search(OFFSETS_FIRST, OFFSETS_ABSOLUTE_PERCPU, 0);
	check_search(OFFSETS_LAST, OFFSETS_UNSIGNED, 0);
}

static void test_search_refuses(void **state)
{
	struct encoded_symbol *symbols = many_symbols(MANY);
	struct fathom_kallsyms found;
	struct encoded encoded;
	struct image image;
	size_t num_syms;

	(void)state;
	encode_kallsyms(symbols, MANY, OFFSETS_UNSIGNED, 0, &encoded);
	build_image(&encoded, OFFSETS_LAST, true, &image);
	assert_error(search(&image, BASE + (2 << 20), &found, &num_syms),
		     FATHOM_ERROR_FORMAT, "no kallsyms offsets");
	image.digits -= 2;
	assert_error(search(&image, BASE, &found, &num_syms),
		     FATHOM_ERROR_FORMAT, "no kallsyms token table");
	image.digits += 2;
	/* A name that is one token longer moves all the markers. */
	image.data[image.num_syms + 8] ^= 1;
	assert_error(search(&image, BASE, &found, &num_syms),
		     FATHOM_ERROR_FORMAT, "no kallsyms names");
	free(image.data);
	encoded_release(&encoded);
	free_symbols(symbols, MANY);
}

/* Cut off anywhere: found or not, but never a byte beyond the end. */
static void test_search_truncated(void **state)
{
	struct encoded_symbol *symbols = many_symbols(300);
	struct fathom_kallsyms found;
	struct encoded encoded;
	struct image image, cut;
	size_t num_syms;

	(void)state;
	encode_kallsyms(symbols, 300, OFFSETS_UNSIGNED, 0, &encoded);
	build_image(&encoded, OFFSETS_LAST, true, &image);
	for (size_t size = image.digits; size < image.digits + 6000;
	     size += 37) {
		cut = image;
		cut.size = size;
		cut.data = malloc(size);
		memcpy(cut.data, image.data, size);
		fathom_error_destroy(search(&cut, BASE, &found, &num_syms));
		free(cut.data);
	}
	free(image.data);
	encoded_release(&encoded);
	free_symbols(symbols, 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absolute_percpu),
		cmocka_unit_test(test_unsigned_offsets),
		cmocka_unit_test(test_place_relative),
		cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_truncated_names),
		cmocka_unit_test(test_hostile_tokens),
		cmocka_unit_test(test_unprintable_name),
		cmocka_unit_test(test_hostile_numbers),
		cmocka_unit_test(test_random_damage),
		cmocka_unit_test(test_search_orders),
		cmocka_unit_test(test_search_unknown_base),
		cmocka_unit_test(test_search_refuses),
		cmocka_unit_test(test_search_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
