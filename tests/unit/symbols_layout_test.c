/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The layout check, against BTF in a target's memory.
 */
#include "symbols_test.h"

#include <bpf/btf.h>

#include <fathom/abi.h>

#include "symbols/btf.h"
#include "symbols/symbols.h"
#include "symbols_target.h"

#define OTHER "5.10.0-other"

/*
 * struct inner { u32 a; u32 b:3; u32 c:5; };
 * typedef struct { u32 counter; } count_t;
 * struct outer {
 *	u64 first;
 *	const volatile struct inner in;			at 8
 *	struct { union { u32 x; u64 y; }; count_t n; };	at 16
 *	char name[16];					at 32
 *	struct inner many[4];				at 48
 *	u32 flexible[];					at 80
 * };
 */
static struct btf *make_btf(void)
{
	struct btf *btf = btf__new_empty();
	int u32, u64, c, inner, qualified, count, anonymous, choice, name, many,
		flexible;

	u32 = btf__add_int(btf, "unsigned int", 4, 0);
	u64 = btf__add_int(btf, "unsigned long", 8, 0);
	c = btf__add_int(btf, "char", 1, BTF_INT_CHAR);
	inner = btf__add_struct(btf, "inner", 8);
	btf__add_field(btf, "a", u32, 0, 0);
	btf__add_field(btf, "b", u32, 32, 3);
	btf__add_field(btf, "c", u32, 35, 5);
	qualified = btf__add_const(btf, btf__add_volatile(btf, inner));
	count = btf__add_struct(btf, "", 4);
	btf__add_field(btf, "counter", u32, 0, 0);
	count = btf__add_typedef(btf, "count_t", count);
	choice = btf__add_union(btf, "", 8);
	btf__add_field(btf, "x", u32, 0, 0);
	btf__add_field(btf, "y", u64, 0, 0);
	anonymous = btf__add_struct(btf, "", 16);
	btf__add_field(btf, "", choice, 0, 0);
	btf__add_field(btf, "n", count, 64, 0);
	name = btf__add_array(btf, u32, c, 16);
	many = btf__add_array(btf, u32, inner, 4);
	flexible = btf__add_array(btf, u32, u32, 0);
	btf__add_struct(btf, "outer", 80);
	btf__add_field(btf, "first", u64, 0, 0);
	btf__add_field(btf, "in", qualified, 64, 0);
	btf__add_field(btf, "", anonymous, 128, 0);
	btf__add_field(btf, "name", name, 256, 0);
	btf__add_field(btf, "many", many, 384, 0);
	btf__add_field(btf, "flexible", flexible, 640, 0);
	/* Two drivers, two structs, one name. */
	btf__add_struct(btf, "twin", 8);
	btf__add_field(btf, "a", u64, 0, 0);
	btf__add_struct(btf, "twin", 16);
	btf__add_field(btf, "a", u64, 64, 0);
	return btf;
}

struct fixture {
	struct target *target;
	struct fathom_client *client;
	struct fathom_symbols *symbols;
};

static void start(struct fixture *fixture, const void *btf, size_t size)
{
	const struct target_options options = {
		.slide = 0x2000000,
		.btf = btf,
		.btf_size = size,
	};
	const struct fathom_symbols_options no_cache = {.no_cache = true};

	fixture->target = target_create(&options);
	fixture->client = target_connect(fixture->target);
	assert_ok(fathom_symbols_load(fixture->client, &no_cache,
				      &fixture->symbols));
}

static void stop(struct fixture *fixture)
{
	fathom_symbols_destroy(fixture->symbols);
	fathom_client_destroy(fixture->client);
	target_destroy(fixture->target);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct btf *btf = make_btf();
	const void *data;
	uint32_t size;

	data = btf__raw_data(btf, &size);
	start(fixture, data, size);
	btf__free(btf);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	stop(*state);
	free(*state);
	return 0;
}

static struct fathom_error *check(const struct fixture *fixture,
				  const struct fathom_layout *layouts,
				  size_t count)
{
	return fathom_layout_check(fixture->client, fixture->symbols, OTHER,
				   layouts, count);
}

static void test_all_fit(void **state)
{
	static const struct fathom_layout layouts[] = {
		{"outer", "first", 0, 64},	 {"outer", "in", 64, 64},
		{"outer", "in.a", 64, 32},	 {"outer", "in.b", 96, 3},
		{"outer", "in.c", 99, 5},	 {"outer", "x", 128, 32},
		{"outer", "y", 128, 64},	 {"outer", "n", 192, 32},
		{"outer", "n.counter", 192, 32}, {"outer", "name", 256, 128},
		{"outer", "many", 384, 256},	 {"outer", "many.c", 419, 5},
		{"outer", "flexible", 640, 0},	 {"outer", "", 0, 640},
		{"outer", NULL, 0, 640},	 {"inner", "a", 0, 32},
		{"count_t", "counter", 0, 32},	 {"twin", "a", 0, 64},
		{"twin", "a", 64, 64},
	};

	assert_ok(check(*state, layouts, sizeof(layouts) / sizeof(layouts[0])));
}

static void test_moved(void **state)
{
	static const struct fathom_layout layout = {"outer", "name", 192, 128};

	assert_error(
		check(*state, &layout, 1), FATHOM_ERROR_MISMATCH,
		"compiled for " OTHER ", but the target runs " TARGET_RELEASE
		" (see fathom-cc --kernel-headers): outer.name is at byte 24 in the headers, at byte 32 in the target");
}

static void test_resized(void **state)
{
	static const struct fathom_layout layouts[] = {
		{"outer", "name", 256, 64},
		{"outer", "", 0, 64},
	};

	assert_error(
		check(*state, &layouts[0], 1), FATHOM_ERROR_MISMATCH,
		"outer.name has 8 bytes in the headers, 16 bytes in the target");
	assert_error(
		check(*state, &layouts[1], 1), FATHOM_ERROR_MISMATCH,
		"outer has 8 bytes in the headers, 80 bytes in the target");
}

static void test_moved_bitfield(void **state)
{
	static const struct fathom_layout layout = {"inner", "c", 37, 3};

	assert_error(
		check(*state, &layout, 1), FATHOM_ERROR_MISMATCH,
		"inner.c is at byte 4 bit 5 in the headers, at byte 4 bit 3 in the target and has 3 bits in the headers, 5 bits in the target");
}

static void test_missing(void **state)
{
	static const struct fathom_layout layouts[] = {
		{"outer", "gone", 0, 8},    {"nowhere", "a", 0, 8},
		{"outer", "first.x", 0, 8}, {"outer", "in.", 0, 8},
		{"outer", ".first", 0, 8},  {"unsigned int", "x", 0, 8},
	};

	assert_error(check(*state, &layouts[0], 1), FATHOM_ERROR_MISMATCH,
		     "outer.gone: the target has no such member");
	assert_error(check(*state, &layouts[1], 1), FATHOM_ERROR_MISMATCH,
		     "nowhere.a: the target has no such type");
	assert_error(check(*state, &layouts[2], 1), FATHOM_ERROR_MISMATCH,
		     "no such member");
	assert_error(check(*state, &layouts[3], 1), FATHOM_ERROR_MISMATCH,
		     "no such member");
	assert_error(check(*state, &layouts[4], 1), FATHOM_ERROR_MISMATCH,
		     "no such member");
	assert_error(check(*state, &layouts[5], 1), FATHOM_ERROR_MISMATCH,
		     "no such type");
}

/* Several in one message, the rest counted. */
static void test_many(void **state)
{
	struct fathom_layout layouts[8];
	static const char *const names[] = {"m0", "m1", "m2", "m3",
					    "m4", "m5", "m6", "first"};

	for (unsigned int i = 0; i < 8; i++)
		layouts[i] = (struct fathom_layout){"outer", names[i],
						    i < 7 ? i : 0, 64};
	assert_error(check(*state, layouts, 8), FATHOM_ERROR_MISMATCH,
		     "outer.m4: the target has no such member; and 2 more");
	assert_error(check(*state, layouts, 2), FATHOM_ERROR_MISMATCH,
		     "outer.m0: the target has no such member; outer.m1: the");
}

/* The headers of this very kernel need no check. */
static void test_same_release(void **state)
{
	static const struct fathom_layout wrong = {"outer", "gone", 0, 8};
	const struct fixture *fixture = *state;

	assert_ok(fathom_layout_check(fixture->client, fixture->symbols,
				      TARGET_RELEASE, &wrong, 1));
	assert_error(fathom_layout_check(fixture->client, fixture->symbols,
					 NULL, &wrong, 1),
		     FATHOM_ERROR_MISMATCH, "outer.gone");
	assert_ok(check(fixture, NULL, 0));
}

static void test_no_btf(void **state)
{
	static const struct fathom_layout layout = {"outer", "first", 0, 64};
	struct fixture fixture;

	(void)state;
	start(&fixture, NULL, 0);
	assert_error(check(&fixture, &layout, 1), FATHOM_ERROR_MISMATCH,
		     "the target's kernel has no BTF");
	stop(&fixture);
}

static void test_broken_btf(void **state)
{
	static const struct fathom_layout layout = {"outer", "first", 0, 64};
	struct btf *btf = make_btf();
	struct fixture fixture;
	const void *data;
	uint32_t size;

	(void)state;
	data = btf__raw_data(btf, &size);
	start(&fixture, data, size - 40);
	assert_error(check(&fixture, &layout, 1), FATHOM_ERROR_FORMAT,
		     "BTF is broken");
	stop(&fixture);
	btf__free(btf);
}

/* A struct that contains itself, named and anonymously; wild type numbers. */
static void test_hostile_types(void **state)
{
	struct fathom_btf_name name = {.name = "loop"};
	struct fathom_btf_place place;
	struct btf *btf = btf__new_empty();

	(void)state;
	btf__add_struct(btf, "loop", 8);
	btf__add_field(btf, "", 1, 0, 0);
	btf__add_field(btf, "", 1, 0, 0);
	btf__add_field(btf, "self", 1, 0, 0);
	btf__add_field(btf, "wild", 77777, 0, 0);
	btf__add_typedef(btf, "loop", 2);
	btf__add_typedef(btf, "loop", 99999);
	fathom_btf_find(btf, &name, 1);
	assert_int_equal(name.count, 1);
	assert_false(fathom_btf_member(btf, 1, "none", &place));
	assert_false(fathom_btf_member(btf, 1, "wild", &place));
	assert_false(fathom_btf_member(btf, 1, "wild.x", &place));
	assert_false(fathom_btf_member(btf, 99999, "x", &place));
	btf__free(btf);
}

static void test_random_damage(void **state)
{
	struct fathom_btf_name names[] = {{.name = "inner"}, {.name = "outer"}};
	struct btf *btf = make_btf(), *damaged;
	struct fathom_btf_place place;
	struct fathom_error *error;
	unsigned int seed = 3;
	const void *data;
	uint8_t *copy;
	uint32_t size;

	(void)state;
	data = btf__raw_data(btf, &size);
	copy = malloc(size);
	for (unsigned int round = 0; round < 5000; round++) {
		memcpy(copy, data, size);
		for (unsigned int i = 0; i < 4; i++)
			copy[24 + rand_r(&seed) % (size - 24)] = rand_r(&seed);
		error = fathom_btf_parse(copy, size, &damaged);
		fathom_error_destroy(error);
		if (error)
			continue;
		names[0].count = names[1].count = 0;
		fathom_btf_find(damaged, names, 2);
		for (unsigned int i = 0; i < names[1].count; i++) {
			fathom_btf_member(damaged, names[1].types[i], "many.c",
					  &place);
			fathom_btf_member(damaged, names[1].types[i],
					  "n.counter", &place);
		}
		btf__free(damaged);
	}
	free(copy);
	btf__free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_all_fit),
		TEST(test_moved),
		TEST(test_resized),
		TEST(test_moved_bitfield),
		TEST(test_missing),
		TEST(test_many),
		TEST(test_same_release),
#undef TEST
		cmocka_unit_test(test_no_btf),
		cmocka_unit_test(test_broken_btf),
		cmocka_unit_test(test_hostile_types),
		cmocka_unit_test(test_random_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
