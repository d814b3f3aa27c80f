/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Finding a kernel with nothing but memory and registers, some of it hostile.
 */
#include "symbols_test.h"

#include <stdio.h>
#include <unistd.h>

#include "symbols/symbols.h"
#include "symbols_target.h"

#define SLIDE 0x1c000000ull

static const struct fathom_symbols_options no_cache = {.no_cache = true};

static struct fathom_error *load(struct target *target,
				 const struct fathom_symbols_options *options,
				 struct fathom_symbols **ret)
{
	struct fathom_client *client = target_connect(target);
	struct fathom_error *error;

	error = fathom_symbols_load(client, options, ret);
	fathom_client_destroy(client);
	return error;
}

static uint64_t address_of(const struct fathom_symbols *symbols,
			   const char *name)
{
	struct fathom_symbol_info info;

	assert_true(fathom_symbols_find(symbols, name, &info));
	assert_string_equal(info.name, name);
	return info.address;
}

static void assert_complete(const struct target *target,
			    const struct fathom_symbols *symbols,
			    const char *source)
{
	const struct fathom_symbols_info *info = fathom_symbols_info(symbols);

	assert_string_equal(info->source, source);
	assert_int_equal(info->kernel_base, target->base);
	assert_int_equal(info->kaslr_offset, target->options.slide);
	assert_int_equal(info->page_table_root, TARGET_IMAGE + TARGET_ROOT);
	assert_int_equal(info->paging_levels, target->options.la57 ? 5 : 4);
	assert_int_equal(info->pti, target->options.pti);
	assert_string_equal(info->banner, TARGET_BANNER_TEXT);
	assert_string_equal(info->release, TARGET_RELEASE);
	assert_string_equal(info->build_id, TARGET_BUILD_ID);
	assert_int_equal(info->count, target->symbol_count);
	assert_int_equal(address_of(symbols, "linux_banner"),
			 target->base + TARGET_BANNER);
	assert_int_equal(address_of(symbols, "sys_filler_17"),
			 target->base + 0x2000 + 64 * 17);
}

static void check(const struct target_options *options)
{
	struct target *target = target_create(options);
	struct fathom_symbols *symbols;

	assert_ok(load(target, &no_cache, &symbols));
	assert_complete(target, symbols, "kallsyms");
	fathom_symbols_destroy(symbols);
	target_destroy(target);
}

static void test_every_machine(void **state)
{
	struct target_options options = {};

	(void)state;
	for (unsigned int i = 0; i < 3 * 16; i++) {
		options.order = i % 3;
		options.slide = i / 3 & 1 ? SLIDE : 0;
		options.la57 = i / 3 & 2;
		options.pti = i / 3 & 4;
		options.small_pages = i / 3 & 8;
		check(&options);
	}
}

static void test_dump_without_registers(void **state)
{
	struct target_options options = {.no_cpu = true, .slide = SLIDE};

	(void)state;
	for (unsigned int i = 0; i < 6; i++) {
		options.order = i % 3;
		options.la57 = i / 3;
		check(&options);
	}
}

static void test_lookups(void **state)
{
	const struct target_options options = {.slide = SLIDE};
	struct target *target = target_create(&options);
	struct fathom_symbols *symbols;
	struct fathom_symbol_info info;
	uint64_t base = target->base;
	uint64_t last = 0;

	(void)state;
	assert_ok(load(target, &no_cache, &symbols));
	assert_false(fathom_symbols_find(symbols, "no_such_symbol", &info));
	/* Per-CPU offsets do not move with the kernel. */
	assert_int_equal(address_of(symbols, "current_task"), 0x40);

	assert_true(
		fathom_symbols_at(symbols, base + 0x2000 + 64 * 3 + 63, &info));
	assert_string_equal(info.name, "sys_filler_3");
	assert_int_equal(info.address, base + 0x2000 + 64 * 3);
	assert_int_equal(info.type, 't');
	assert_false(fathom_symbols_at(symbols, base - 1, &info));
	assert_true(fathom_symbols_at(symbols, base + TARGET_END - 1, &info));
	assert_false(fathom_symbols_at(symbols, base + TARGET_END, &info));
	assert_false(fathom_symbols_at(symbols, 0x40, &info));
	assert_false(fathom_symbols_at(symbols, UINT64_MAX, &info));

	assert_true(fathom_symbols_is_unique(symbols, "sys_filler_3"));
	assert_false(fathom_symbols_is_unique(symbols, "sys_filler_41"));
	assert_false(fathom_symbols_is_unique(symbols, "no_such_symbol"));
	assert_int_equal(address_of(symbols, "sys_filler_41"),
			 base + 0x2000 + 64 * 41);

	for (size_t i = 0; i < target->symbol_count; i++) {
		assert_true(fathom_symbols_get(symbols, i, &info));
		assert_true(info.address >= last);
		last = info.address;
	}
	assert_false(fathom_symbols_get(symbols, target->symbol_count, &info));
	fathom_symbols_destroy(symbols);
	fathom_symbols_destroy(NULL);
	target_destroy(target);
}

/* kallsyms is recognised in the image, so VMCOREINFO may be gone. */
static void test_wiped_vmcoreinfo(void **state)
{
	struct target_options options = {.slide = SLIDE};
	struct fathom_symbols *symbols;
	struct target *target;

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		options.no_cpu = i & 1;
		options.la57 = i & 2;
		target = target_create(&options);
		memset(target->ram + TARGET_VMCOREINFO, 0, 4096);
		assert_ok(load(target, &no_cache, &symbols));
		assert_complete(target, symbols, "kallsyms");
		fathom_symbols_destroy(symbols);
		target_destroy(target);
	}
}

/* Not recognisable, but VMCOREINFO tells where it is. */
static void test_unrecognisable_kallsyms(void **state)
{
	struct target_options options = {.slide = SLIDE};
	struct fathom_symbols *symbols;
	struct target *target;

	(void)state;
	for (unsigned int i = 0; i < 6; i++) {
		options.order = i % 3;
		options.no_cpu = i / 3;
		target = target_create(&options);
		memset(target_image(target, target->markers), 0xff, 12);
		assert_ok(load(target, &no_cache, &symbols));
		assert_complete(target, symbols, "kallsyms");
		fathom_symbols_destroy(symbols);
		target_destroy(target);
	}
}

/* A page as a process could write it: right but for one thing. */
static void plant(struct target *target, uint64_t page, const char *line,
		  const char *instead)
{
	char *text = (char *)target->ram + page;
	char rest[4096], *at;

	target_write_vmcoreinfo(target, page);
	at = strstr(text, line);
	assert_non_null(at);
	strcpy(rest, strchr(at, '\n'));
	strcpy(at, instead);
	strcat(at, rest);
}

/*
 * The doctored tables lie in the image, as if the kernel's own memory could be
 * made to hold them: only vmcoreinfo_data tells the two pages apart.
 */
static void test_planted_vmcoreinfo(void **state)
{
	const struct target_options options = {.slide = SLIDE};
	struct target *target = target_create(&options);
	const uint64_t doctored = 0x2c0000;
	struct fathom_symbols *symbols;
	char line[64];
	uint32_t moved;

	(void)state;
	memset(target_image(target, target->markers), 0xff, 12);
	memcpy(target_image(target, doctored),
	       target_image(target, target->offsets), 4 * target->symbol_count);
	/* sys_filler_17 */
	moved = -1 - 0x2ffc0;
	memcpy(target_image(target, doctored + 4 * (5 + 17)), &moved, 4);
	snprintf(line, sizeof(line), "SYMBOL(kallsyms_offsets)=%llx",
		 (unsigned long long)(target->base + doctored));
	plant(target, TARGET_PLANTED, "SYMBOL(kallsyms_offsets)", line);
	assert_ok(load(target, &no_cache, &symbols));
	assert_complete(target, symbols, "kallsyms");
	fathom_symbols_destroy(symbols);

	/* Without the genuine one there is no trusting the other. */
	memset(target->ram + TARGET_VMCOREINFO, 0, 4096);
	assert_error(load(target, &no_cache, &symbols), FATHOM_ERROR_TARGET,
		     "is not the kernel's");
	target_destroy(target);
}

/* Many bad ones before the good one, with and without registers. */
static void test_many_candidates(void **state)
{
	static const char *const lies[][2] = {
		{"KERNELOFFSET", "KERNELOFFSET=0"},
		{"KERNELOFFSET", "KERNELOFFSET=ffffffffffffffff"},
		{"NUMBER(phys_base)", "NUMBER(phys_base)=-1"},
		{"NUMBER(phys_base)", "NUMBER(phys_base)=4096"},
		{"SYMBOL(swapper_pg_dir)", "SYMBOL(swapper_pg_dir)=1"},
		{"SYMBOL(swapper_pg_dir)",
		 "SYMBOL(swapper_pg_dir)=ffffffffffffffff"},
		{"SYMBOL(kallsyms_names)", "SYMBOL(kallsyms_names)=0"},
		{"SYMBOL(kallsyms_names)",
		 "SYMBOL(kallsyms_names)=ffffffffffffffff"},
		{"SYMBOL(kallsyms_num_syms)",
		 "SYMBOL(kallsyms_num_syms)=7fffffffffffffff"},
		{"SYMBOL(_stext)", "SYMBOL(_stext)=ffffffff80000000"},
		{"OSRELEASE", "OSRELEASE="},
	};
	struct target_options options = {.slide = SLIDE};
	struct fathom_symbols *symbols;
	struct target *target;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		options.no_cpu = i;
		target = target_create(&options);
		memset(target_image(target, target->markers), 0xff, 12);
		for (size_t j = 0; j < sizeof(lies) / sizeof(lies[0]); j++)
			plant(target, TARGET_PLANTED + 4096 * j, lies[j][0],
			      lies[j][1]);
		assert_ok(load(target, &no_cache, &symbols));
		assert_complete(target, symbols, "kallsyms");
		fathom_symbols_destroy(symbols);
		target_destroy(target);
	}
}

/* Something mapped below the kernel: the entry points tell which is which. */
static void test_decoy_below(void **state)
{
	const struct target_options options = {.slide = SLIDE};
	struct target *target = target_create(&options);
	struct fathom_symbols *symbols;

	(void)state;
	target_put64(target, TARGET_TABLES + 0x2000 + 8 * 4, 0x600000 | 0x83);
	assert_ok(load(target, &no_cache, &symbols));
	assert_complete(target, symbols, "kallsyms");
	fathom_symbols_destroy(symbols);

	/* And without them, the first one that is a kernel. */
	target->cpu.flags = 0;
	target->cpu.idt_base = 0;
	assert_ok(load(target, &no_cache, &symbols));
	assert_complete(target, symbols, "kallsyms");
	fathom_symbols_destroy(symbols);
	target_destroy(target);
}

static void assert_nothing(struct target *target, const char *complaint)
{
	struct fathom_symbols *symbols;

	assert_error(load(target, &no_cache, &symbols), FATHOM_ERROR_TARGET,
		     complaint);
	target_destroy(target);
}

static void test_no_kernel(void **state)
{
	struct target_options options = {};
	struct target *target;

	(void)state;
	target = target_create(&options);
	memset(target->ram, 0, TARGET_RAM_SIZE);
	assert_nothing(target, "cannot find the kernel: ");

	target = target_create(&options);
	memset(target->ram, 0xff, TARGET_RAM_SIZE);
	assert_nothing(target, "cannot find the kernel: ");

	/* Firmware: paging is on, but no kernel text is mapped. */
	target = target_create(&options);
	memset(target->ram + TARGET_TABLES + 0x2000, 0, 4096);
	assert_nothing(target, "nothing is mapped as kernel text");

	target = target_create(&options);
	memcpy(target_image(target, TARGET_BANNER), "Windows", 7);
	assert_nothing(target, "linux_banner");

	options.no_cpu = true;
	target = target_create(&options);
	memset(target->ram, 0, TARGET_RAM_SIZE);
	assert_nothing(target, "neither VMCOREINFO nor kallsyms in RAM");
}

/* The banner goes to terminals. */
static void test_hostile_banner(void **state)
{
	const struct target_options options = {};
	struct target *target = target_create(&options);
	struct fathom_symbols *symbols;

	(void)state;
	*strstr((char *)target_image(target, TARGET_BANNER), "SMP") = '\033';
	assert_ok(load(target, &no_cache, &symbols));
	assert_non_null(strstr(fathom_symbols_info(symbols)->banner, "#1 ?MP"));
	fathom_symbols_destroy(symbols);

	/* No end. */
	memset(target_image(target, TARGET_BANNER) + 14, 'x', 4096);
	assert_nothing(target, "linux_banner");
}

static void write_map(const char *path, uint64_t banner)
{
	FILE *file = fopen(path, "w");

	fprintf(file, "0000000000000040 A current_task\n");
	fprintf(file, "%llx T _text\n", (unsigned long long)TARGET_LINK_BASE);
	fprintf(file, "%llx D linux_banner\n",
		(unsigned long long)(TARGET_LINK_BASE + banner));
	fprintf(file, "%llx D init_top_pgt\n",
		(unsigned long long)(TARGET_LINK_BASE + TARGET_ROOT));
	fclose(file);
}

static void test_system_map(void **state)
{
	const struct target_options options = {.slide = SLIDE};
	struct target *target = target_create(&options);
	char path[] = "/tmp/fathom-system-map-XXXXXX";
	const struct fathom_symbols_options with_map = {.system_map = path,
							.no_cache = true};
	struct fathom_symbols *symbols;

	(void)state;
	close(mkstemp(path));
	write_map(path, TARGET_BANNER);
	/* A fallback: what the target itself says comes first. */
	assert_ok(load(target, &with_map, &symbols));
	assert_complete(target, symbols, "kallsyms");
	fathom_symbols_destroy(symbols);

	memset(target_image(target, target->token_index), 0xff, 512);
	assert_ok(load(target, &with_map, &symbols));
	assert_string_equal(fathom_symbols_info(symbols)->source, "System.map");
	assert_int_equal(fathom_symbols_info(symbols)->kaslr_offset, SLIDE);
	assert_int_equal(address_of(symbols, "linux_banner"),
			 target->base + TARGET_BANNER);
	assert_int_equal(address_of(symbols, "current_task"), 0x40);
	fathom_symbols_destroy(symbols);

	/* Of another kernel. */
	write_map(path, TARGET_BANNER + 64);
	assert_error(load(target, &with_map, &symbols), FATHOM_ERROR_TARGET,
		     "does not fit the kernel: linux_banner");
	unlink(path);
	assert_error(load(target, &with_map, &symbols), FATHOM_ERROR_OS, path);
	target_destroy(target);
}

/* Damage in tables, kallsyms and VMCOREINFO: an answer or an error, always. */
static void test_random_damage(void **state)
{
	struct target_options options = {.slide = SLIDE};
	struct fathom_symbols *symbols;
	struct fathom_error *error;
	struct target *target;
	unsigned int seed = 7;
	uint64_t at;

	(void)state;
	for (unsigned int round = 0; round < 24; round++) {
		options.order = round % 3;
		options.la57 = round & 4;
		options.no_cpu = round & 8;
		target = target_create(&options);
		for (unsigned int i = 0; i < 40; i++) {
			at = TARGET_TABLES + rand_r(&seed) % 0x6000;
			target->ram[at & ~7ull] = rand_r(&seed);
			at = TARGET_IMAGE + target->num_syms +
			     rand_r(&seed) % 0x2000;
			target->ram[at] = rand_r(&seed);
			at = TARGET_VMCOREINFO + rand_r(&seed) % 800;
			target->ram[at] = rand_r(&seed) % 128;
		}
		error = load(target, &no_cache, &symbols);
		if (!error)
			fathom_symbols_destroy(symbols);
		fathom_error_destroy(error);
		target_destroy(target);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_machine),
		cmocka_unit_test(test_dump_without_registers),
		cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_wiped_vmcoreinfo),
		cmocka_unit_test(test_unrecognisable_kallsyms),
		cmocka_unit_test(test_planted_vmcoreinfo),
		cmocka_unit_test(test_many_candidates),
		cmocka_unit_test(test_decoy_below),
		cmocka_unit_test(test_no_kernel),
		cmocka_unit_test(test_hostile_banner),
		cmocka_unit_test(test_system_map),
		cmocka_unit_test(test_random_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
