/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Parsers of text: VMCOREINFO and System.map.
 */
#include "symbols_test.h"

#include <stdio.h>
#include <unistd.h>

#include "symbols/system_map.h"
#include "symbols/vmcoreinfo.h"

static const char good[] = "OSRELEASE=6.1.0-56-cloud-amd64\n"
			   "BUILD-ID=3b43fad5034874490492495d552c0af6a5fab235\n"
			   "PAGESIZE=4096\n"
			   "SYMBOL(init_uts_ns)=ffffffff85e22cc0\n"
			   "SYMBOL(swapper_pg_dir)=ffffffff86010000\n"
			   "SYMBOL(_stext)=ffffffff84600000\n"
			   "SYMBOL(kallsyms_names)=ffffffff857a1cc8\n"
			   "SYMBOL(kallsyms_num_syms)=ffffffff857a1cc0\n"
			   "SYMBOL(kallsyms_token_table)=ffffffff858c2e50\n"
			   "SYMBOL(kallsyms_token_index)=ffffffff858c3200\n"
			   "SYMBOL(kallsyms_offsets)=ffffffff8574c808\n"
			   "SYMBOL(kallsyms_relative_base)=ffffffff857a1cb8\n"
			   "NUMBER(phys_base)=-1979711488\n"
			   "NUMBER(pgtable_l5_enabled)=1\n"
			   "KERNELOFFSET=3600000\n";

static struct fathom_error *parse(const char *text,
				  struct fathom_vmcoreinfo *info)
{
	/* Its own block, so that ASan sees one byte too many. */
	size_t size = strlen(text);
	char *exact = malloc(size + 1);
	struct fathom_error *error;

	memcpy(exact, text, size);
	exact[size] = 'x';
	error = fathom_vmcoreinfo_parse(exact, size, info);
	free(exact);
	return error;
}

static void test_vmcoreinfo(void **state)
{
	struct fathom_vmcoreinfo info;

	(void)state;
	assert_ok(parse(good, &info));
	assert_string_equal(info.release, "6.1.0-56-cloud-amd64");
	assert_string_equal(info.build_id,
			    "3b43fad5034874490492495d552c0af6a5fab235");
	assert_int_equal(info.kernel_offset, 0x3600000);
	assert_int_equal(info.stext, 0xffffffff84600000);
	assert_int_equal(info.swapper_pg_dir, 0xffffffff86010000);
	assert_int_equal(info.phys_base, -1979711488ll);
	assert_int_equal(info.pgtable_l5_enabled, 1);
	assert_int_equal(info.kallsyms_names, 0xffffffff857a1cc8);
	assert_int_equal(info.kallsyms_relative_base, 0xffffffff857a1cb8);
}

/* What follows the first NUL is no text. */
static void test_vmcoreinfo_ends_at_nul(void **state)
{
	char page[FATHOM_VMCOREINFO_SIZE] = {};
	struct fathom_vmcoreinfo info;

	(void)state;
	memcpy(page, good, sizeof(good));
	strcpy(page + sizeof(good), "KERNELOFFSET=1\n");
	assert_ok(fathom_vmcoreinfo_parse(page, sizeof(page), &info));
	assert_int_equal(info.kernel_offset, 0x3600000);
}

static void test_vmcoreinfo_every_prefix(void **state)
{
	struct fathom_vmcoreinfo info;
	char *text = strdup(good);

	(void)state;
	for (size_t size = strlen(good); size-- > 0;) {
		text[size] = '\0';
		fathom_error_destroy(parse(text, &info));
	}
	assert_error(parse("", &info), FATHOM_ERROR_FORMAT, "does not start");
	free(text);
}

static void test_vmcoreinfo_hostile_lines(void **state)
{
	static const struct {
		const char *line, *complaint;
	} cases[] = {
		{"KERNELOFFSET=10000000000000000", "bad line KERNELOFFSET"},
		{"KERNELOFFSET=", "bad line KERNELOFFSET"},
		{"KERNELOFFSET=-1", "bad line KERNELOFFSET"},
		{"KERNELOFFSET=0x1", "bad line KERNELOFFSET"},
		{"NUMBER(phys_base)=9223372036854775808", "bad line NUMBER"},
		{"NUMBER(phys_base)=-", "bad line NUMBER"},
		{"NUMBER(phys_base)=1f", "bad line NUMBER"},
		{"BUILD-ID=../../../../etc/passwd", "bad line BUILD-ID"},
		{"BUILD-ID=abc", "bad line BUILD-ID"},
		{"BUILD-ID=000000000000000000000000000000000000000000",
		 "bad line BUILD-ID"},
		{"SYMBOL(_stext)=1\nSYMBOL(_stext)=1", "two lines"},
	};
	struct fathom_vmcoreinfo info;
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "OSRELEASE=6.1\n%s\n",
			 cases[i].line);
		assert_error(parse(text, &info), FATHOM_ERROR_FORMAT,
			     cases[i].complaint);
	}
	assert_error(parse("OSRELEASE=a b\n", &info), FATHOM_ERROR_FORMAT,
		     "bad line OSRELEASE");
	assert_error(parse("OSRELEASE=\033[2J\n", &info), FATHOM_ERROR_FORMAT,
		     "bad line OSRELEASE");
	assert_error(parse("OSRELEASE=6.1\n", &info), FATHOM_ERROR_FORMAT,
		     "lacks _stext");
	assert_error(parse("OSRELEASE=6.1\nSYMBOL(_stext)=1\n", &info),
		     FATHOM_ERROR_FORMAT, "lacks swapper_pg_dir");
	assert_error(parse("XOSRELEASE=6.1\n", &info), FATHOM_ERROR_FORMAT,
		     "does not start");
}

static const char map[] = "0000000000000000 A fixed_percpu_data\n"
			  "0000000000001000 A cpu_debug_store\n"
			  "ffffffff81000000 T _text\n"
			  "ffffffff81000040 t secondary_startup_64\n"
			  "ffffffff81e22cc0 D init_uts_ns\n"
			  "ffffffff82830000 B _end\n";

static struct fathom_error *parse_map(const char *text, uint64_t *base,
				      struct fathom_table **table)
{
	size_t size = strlen(text);
	char *exact = malloc(size + !size);
	struct fathom_error *error;

	memcpy(exact, text, size);
	error = fathom_system_map_parse(exact, size, base, table);
	free(exact);
	return error;
}

static void test_system_map(void **state)
{
	const struct fathom_table_entry *entry;
	struct fathom_table *table;
	uint64_t base;

	(void)state;
	assert_ok(parse_map(map, &base, &table));
	assert_int_equal(base, 0xffffffff81000000);
	assert_int_equal(table->count, 6);
	entry = fathom_table_find(table, "init_uts_ns");
	assert_int_equal(entry->value, 0xe22cc0);
	assert_int_equal(entry->type, 'D');
	assert_int_equal(entry->flags, 0);
	entry = fathom_table_find(table, "cpu_debug_store");
	assert_int_equal(entry->value, 0x1000);
	assert_int_equal(entry->flags, FATHOM_TABLE_ABSOLUTE);
	free(table);
}

static void test_system_map_unsorted(void **state)
{
	struct fathom_table *table;
	uint64_t base;

	(void)state;
	assert_ok(parse_map("ffffffff81000100 T b\n"
			    "ffffffff81000000 T _text\n"
			    "0000000000000010 A percpu\n"
			    "ffffffff81000080 T a",
			    &base, &table));
	assert_true(fathom_table_valid(table, table->size));
	assert_string_equal(
		fathom_table_name(table, fathom_table_at(table, 0xff)), "a");
	free(table);
}

/* A per-CPU variable may have the name of another symbol. */
static void test_system_map_ambiguous(void **state)
{
	struct fathom_table *table;
	uint64_t base, value;

	(void)state;
	assert_ok(parse_map("0000000000000010 A twice\n"
			    "ffffffff81000000 T _text\n"
			    "ffffffff81000080 T twice\n",
			    &base, &table));
	assert_int_equal(fathom_table_find(table, "twice")->value, 0x10);
	assert_true(fathom_table_value(table, "twice", &value));
	assert_int_equal(value, 0x80);
	free(table);
}

static void test_system_map_bad(void **state)
{
	static const struct {
		const char *text, *complaint;
	} cases[] = {
		{"", "_text"},
		{"garbage", "_text"},
		{"ffffffff81000000 T _start\n", "_text"},
		{"0000000000001000 T _text\n", "_text"},
		{"ffffffff81000000 T _text\nffffffff8100000g T a\n", "line 2"},
		{"ffffffff81000000 T _text\n\n", "line 2"},
		{"ffffffff81000000 T _text\nffffffff81000000 T \n", "line 2"},
		{"ffffffff81000000 T _text\nffffffff81000000 T a\033b\n",
		 "line 2"},
		{"ffffffff81000000 T _text\nffffffff80000000 T low\n",
		 "line 2"},
		{"ffffffff81000000 T _text\nffffffffff600000 T high\n",
		 "line 2"},
	};
	struct fathom_table *table;
	uint64_t base;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_error(parse_map(cases[i].text, &base, &table),
			     FATHOM_ERROR_FORMAT, cases[i].complaint);
}

static void test_system_map_file(void **state)
{
	char path[] = "/tmp/fathom-system-map-XXXXXX";
	struct fathom_table *table;
	int fd = mkstemp(path);
	uint64_t base;

	(void)state;
	assert_int_equal(write(fd, map, strlen(map)), strlen(map));
	close(fd);
	assert_ok(fathom_system_map_load(path, &base, &table));
	assert_int_equal(table->count, 6);
	free(table);
	unlink(path);
	assert_error(fathom_system_map_load(path, &base, &table),
		     FATHOM_ERROR_OS, path);
	assert_error(fathom_system_map_load("/dev/zero", &base, &table),
		     FATHOM_ERROR_INVALID_ARGUMENT, "/dev/zero");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vmcoreinfo),
		cmocka_unit_test(test_vmcoreinfo_ends_at_nul),
		cmocka_unit_test(test_vmcoreinfo_every_prefix),
		cmocka_unit_test(test_vmcoreinfo_hostile_lines),
		cmocka_unit_test(test_system_map),
		cmocka_unit_test(test_system_map_unsorted),
		cmocka_unit_test(test_system_map_ambiguous),
		cmocka_unit_test(test_system_map_bad),
		cmocka_unit_test(test_system_map_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
