/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * synthetic-target: write the physical memory of a small machine whose kernel
 * holds the objects of objects.h, as a raw dump that the dump: target opens
 * like any other.
 */
#include <argp.h>
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kallsyms.h"
#include "layout.h"
#include "memory.h"
#include "vmcoreinfo.h"

#define IMAGE_SIZE    (6ull << 20)
#define KALLSYMS_ROOM (512ull << 10)
#define SYMBOLS	      8192
#define FILLERS	      3000
#define FILLER_SIZE   16
#define BANNER_SIZE   160 /* of kernel.c's linux_banner */
#define UTS_FIELD     65  /* of struct new_utsname */
#define PER_CPU_START 64  /* after fixed_percpu_data */

struct options {
	const char *output, *release, *omit, *system_map, *damage, *btf;
	uint64_t memory;
	unsigned int levels;
	bool fake_vmcoreinfo, no_vmcoreinfo, old_vmcoreinfo;
};

struct generator {
	struct options options;
	struct physical physical;
	struct layout layout;
	struct vmcoreinfo info;
	struct kernel_symbol symbols[SYMBOLS];
	size_t symbol_count;
	uint64_t kallsyms_room;
};

/* Variables of kernel.c whose values follow from the layout. */
extern unsigned long page_offset_base, vmalloc_base, vmemmap_base, phys_base;
extern unsigned long __per_cpu_offset[];

/* Made by the linker: first and last address of each section. */
#define DECLARE_SECTION(name) \
	extern char __start_synthetic_##name[], __stop_synthetic_##name[]
DECLARE_SECTION(text);
DECLARE_SECTION(rodata);
DECLARE_SECTION(relro);
DECLARE_SECTION(data);
DECLARE_SECTION(bss);
DECLARE_SECTION(percpu);
extern const struct synthetic_symbol __start_synthetic_symbols[],
	__stop_synthetic_symbols[];

/* Variables of the kernel that only the generator knows. */
static uint64_t vmcoreinfo_data, vmcoreinfo_size = PAGE_SIZE;

static void add_symbol(struct generator *generator, const char *name, char type,
		       uint64_t address)
{
	if (generator->options.omit &&
	    strcmp(generator->options.omit, name) == 0)
		return;
	if (generator->symbol_count == SYMBOLS)
		errx(1, "too many symbols");
	generator->symbols[generator->symbol_count++] =
		(struct kernel_symbol){address, type, name};
}

static void place(struct generator *generator, const char *start,
		  const char *end, uint64_t alignment)
{
	uint64_t size = (uint64_t)(end - start);

	layout_add_range(
		&generator->layout, start, size,
		layout_take_image(&generator->layout, size, alignment));
}

#define PLACE(generator, section, alignment)          \
	place(generator, __start_synthetic_##section, \
	      __stop_synthetic_##section, alignment)

/* Names enough for several markers, and one longer than 127 bytes. */
static void add_fillers(struct generator *generator)
{
	static char names[FILLERS][32], long_name[401];
	uint64_t address = layout_take_image(&generator->layout,
					     FILLERS * FILLER_SIZE, 64);
	uint32_t random = 1;

	for (size_t i = 0; i < FILLERS; i++) {
		snprintf(names[i], sizeof(names[i]), "%s_%04zu",
			 i % 3 ? "vfs_filler" : "__do_sys_filler", i);
		add_symbol(generator, names[i], i % 2 ? 't' : 'T',
			   address + i * FILLER_SIZE);
	}
	for (size_t i = 0; i + 1 < sizeof(long_name); i++) {
		random = random * 1664525 + 1013904223;
		long_name[i] = (char)('A' + random / 65536 % 26);
	}
	add_symbol(generator, long_name, 't', address + 8);
}

static void read_btf(struct generator *generator)
{
	FILE *file = fopen(generator->options.btf, "re");
	static char bytes[1 << 20];
	size_t size;
	uint64_t address;

	if (!file)
		err(1, "%s", generator->options.btf);
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	address = layout_take_image(&generator->layout, size, 4096);
	memcpy(layout_image_at(&generator->layout, address, size), bytes, size);
	add_symbol(generator, "__start_BTF", 'R', address);
	add_symbol(generator, "__stop_BTF", 'R', address + size);
}

/* In the order of a real image: text, constants, data, bss. */
static void place_image(struct generator *generator)
{
	struct layout *layout = &generator->layout;

	add_symbol(generator, "_text", 'T', layout->image_virtual);
	add_symbol(generator, "_stext", 'T', layout->image_virtual);
	generator->info.stext = layout->image_virtual;
	layout_take_image(layout, PAGE_SIZE, PAGE_SIZE);
	PLACE(generator, text, 64);
	add_fillers(generator);
	add_symbol(generator, "_etext", 'T',
		   layout->image_virtual + layout->image_used);

	PLACE(generator, rodata, HUGE_SIZE);
	PLACE(generator, relro, 64);
	generator->kallsyms_room =
		layout_take_image(layout, KALLSYMS_ROOM, PAGE_SIZE);
	if (generator->options.btf)
		read_btf(generator);

	PLACE(generator, data, PAGE_SIZE);
	generator->info.swapper_pg_dir =
		layout_take_image(layout, PAGE_SIZE, PAGE_SIZE);
	add_symbol(generator, "init_top_pgt", 'D',
		   generator->info.swapper_pg_dir);
	PLACE(generator, bss, 64);
	place(generator, (char *)&vmcoreinfo_data,
	      (char *)(&vmcoreinfo_data + 1), 8);
	place(generator, (char *)&vmcoreinfo_size,
	      (char *)(&vmcoreinfo_size + 1), 8);
	layout_take_image(layout, 0, HUGE_SIZE);
	add_symbol(generator, "_end", 'B',
		   layout->image_virtual + layout->image_used);

	/* Addresses of per-CPU variables count from 0, where x86-64 has one. */
	add_symbol(generator, "fixed_percpu_data", 'A', 0);
	layout_add_range(layout, __start_synthetic_percpu,
			 (uint64_t)__stop_synthetic_percpu -
				 (uint64_t)__start_synthetic_percpu,
			 PER_CPU_START);
}

static uint64_t target_of(const struct generator *generator, const void *local)
{
	uint64_t target = 0;

	if (!layout_translate(&generator->layout, (uint64_t)local, &target))
		errx(1, "%p is no object of the synthetic kernel", local);
	return target;
}

static void add_objects(struct generator *generator)
{
	const struct synthetic_symbol *symbol;

	for (symbol = __start_synthetic_symbols;
	     (uint64_t)symbol < (uint64_t)__stop_synthetic_symbols; symbol++)
		add_symbol(generator, symbol->name, (char)symbol->type,
			   target_of(generator, symbol->address));
	add_symbol(generator, "vmcoreinfo_data", 'B',
		   target_of(generator, &vmcoreinfo_data));
	add_symbol(generator, "vmcoreinfo_size", 'B',
		   target_of(generator, &vmcoreinfo_size));
}

/* The machine's memory at its place in the direct map, and the image. */
static void map_memory(struct generator *generator)
{
	struct layout *layout = &generator->layout;
	struct physical *physical = &generator->physical;

	physical->root =
		layout->image_physical +
		(generator->info.swapper_pg_dir - layout->image_virtual);
	for (uint64_t i = 0; i < physical->size; i += HUGE_SIZE)
		physical_map(physical, layout->page_offset + i, i, HUGE_SIZE);
	for (uint64_t i = 0; i < layout->image_used; i += HUGE_SIZE)
		physical_map(physical, layout->image_virtual + i,
			     layout->image_physical + i, HUGE_SIZE);
}

static void set_variables(struct generator *generator)
{
	struct layout *layout = &generator->layout;

	page_offset_base = layout->page_offset;
	vmalloc_base = layout->vmalloc_start;
	vmemmap_base = layout->vmemmap_start;
	phys_base = layout->image_physical -
		    (layout->image_virtual - LAYOUT_KERNEL_MAP);
	generator->info.phys_base = phys_base;
	generator->info.kernel_offset = LAYOUT_KERNEL_OFFSET;
	generator->info.levels = generator->physical.levels;
	for (int cpu = 0; cpu < SYNTHETIC_CPUS; cpu++)
		__per_cpu_offset[cpu] =
			target_of(generator, synthetic_per_cpu_area[cpu]) -
			PER_CPU_START;
}

/* Two kernels with different symbols must not have one build ID. */
static void make_build_id(struct generator *generator)
{
	uint64_t hash = 0xcbf29ce484222325;
	char *text = generator->info.build_id;

	for (size_t i = 0; i < generator->symbol_count; i++) {
		for (const char *c = generator->symbols[i].name; *c; c++)
			hash = (hash ^ (uint8_t)*c) * 0x100000001b3;
		hash = (hash ^ generator->symbols[i].address) * 0x100000001b3;
	}
	snprintf(text, sizeof(generator->info.build_id),
		 "%016" PRIx64 "%016" PRIx64 "%08x", hash, ~hash, 0xfa7403);
}

static uint64_t put(struct generator *generator, const void *bytes, size_t size)
{
	uint64_t address = generator->kallsyms_room;

	generator->kallsyms_room += (size + 7) & ~(size_t)7;
	if (generator->options.damage &&
	    strcmp(generator->options.damage, "kallsyms") == 0)
		memset(layout_image_at(&generator->layout, address, size), 0xee,
		       size);
	else
		memcpy(layout_image_at(&generator->layout, address, size),
		       bytes, size);
	return address;
}

static void write_kallsyms(struct generator *generator)
{
	struct vmcoreinfo *info = &generator->info;
	struct kallsyms tables;

	kallsyms_encode(generator->symbols, generator->symbol_count, &tables);
	if (tables.names_size + tables.count * sizeof(int32_t) +
		    tables.token_table_size + PAGE_SIZE >
	    KALLSYMS_ROOM)
		errx(1, "no room for kallsyms");
	info->kallsyms_offsets = put(generator, tables.offsets,
				     tables.count * sizeof(*tables.offsets));
	info->kallsyms_relative_base = put(generator, &tables.relative_base,
					   sizeof(tables.relative_base));
	info->kallsyms_num_syms =
		put(generator, &tables.count, sizeof(tables.count));
	info->kallsyms_names = put(generator, tables.names, tables.names_size);
	put(generator, tables.markers,
	    tables.marker_count * sizeof(*tables.markers));
	info->kallsyms_token_table =
		put(generator, tables.token_table, tables.token_table_size);
	info->kallsyms_token_index =
		put(generator, tables.token_index, sizeof(tables.token_index));
	info->has_kallsyms = !generator->options.old_vmcoreinfo;
	kallsyms_free(&tables);
}

static uint64_t write_vmcoreinfo(struct generator *generator,
				 const struct vmcoreinfo *info)
{
	uint64_t page =
		physical_take(&generator->physical, PAGE_SIZE, PAGE_SIZE);

	vmcoreinfo_write(info,
			 physical_at(&generator->physical, page, PAGE_SIZE),
			 PAGE_SIZE);
	return generator->layout.page_offset + page;
}

/* What may lie about in memory: rubbish, and the page of an earlier boot. */
static void write_fakes(struct generator *generator)
{
	struct vmcoreinfo stale = generator->info;
	uint64_t page =
		physical_take(&generator->physical, PAGE_SIZE, PAGE_SIZE);
	char *text = physical_at(&generator->physical, page, PAGE_SIZE);

	memset(text, '=', PAGE_SIZE);
	memcpy(text, "OSRELEASE=", 10);
	stale.release = "5.10.0-earlier-boot";
	stale.swapper_pg_dir += 0x6000000;
	stale.stext += 0x6000000;
	stale.phys_base -= 0x6000000;
	stale.kernel_offset += 0x6000000;
	write_vmcoreinfo(generator, &stale);
	/* Right in all but the tables' root: a page of zeros. */
	stale = generator->info;
	stale.phys_base += 0x10000000;
	write_vmcoreinfo(generator, &stale);
}

static void copy_image(struct generator *generator)
{
	const struct layout *layout = &generator->layout;
	const struct layout_range *range;

	for (size_t i = 0; i < layout->range_count; i++) {
		range = &layout->ranges[i];
		if (range->target < layout->image_virtual)
			continue;
		layout_copy(layout,
			    layout_image_at(layout, range->target, range->size),
			    range->local, range->size);
	}
}

/* Everywhere a kernel says its release. */
static void set_release(struct generator *generator)
{
	const char *release = generator->options.release;
	uint64_t banner = 0, names = 0;
	char *text;

	for (size_t i = 0; i < generator->symbol_count; i++) {
		if (strcmp(generator->symbols[i].name, "linux_banner") == 0)
			banner = generator->symbols[i].address;
		if (strcmp(generator->symbols[i].name, "init_uts_ns") == 0)
			names = generator->symbols[i].address;
	}
	if (!banner || !names)
		return;
	text = layout_image_at(&generator->layout, banner, BANNER_SIZE);
	snprintf(text, BANNER_SIZE,
		 "Linux version %s (synthetic) (clang) #1 SMP\n", release);
	text = layout_image_at(&generator->layout, names, 3 * UTS_FIELD);
	snprintf(text + 2 * UTS_FIELD, UTS_FIELD, "%s", release);
}

static void write_system_map(const struct generator *generator)
{
	FILE *file = fopen(generator->options.system_map, "we");
	const struct kernel_symbol *symbol;

	if (!file)
		err(1, "%s", generator->options.system_map);
	for (size_t i = 0; i < generator->symbol_count; i++) {
		symbol = &generator->symbols[i];
		fprintf(file, "%016" PRIx64 " %c %s\n",
			symbol->address >> 63
				? symbol->address - LAYOUT_KERNEL_OFFSET
				: symbol->address,
			symbol->type, symbol->name);
	}
	if (fclose(file))
		err(1, "%s", generator->options.system_map);
}

static void generate(struct generator *generator)
{
	struct physical *physical = &generator->physical;

	synthetic_populate();
	physical_create(physical, generator->options.output,
			generator->options.memory << 20);
	physical->levels = generator->options.levels;
	/* The first megabyte is the firmware's. */
	physical->used = 1 << 20;
	layout_open(&generator->layout, physical, IMAGE_SIZE);
	place_image(generator);
	layout_place_arenas(&generator->layout);
	add_objects(generator);
	set_variables(generator);
	map_memory(generator);
	generator->info.release = generator->options.release;
	make_build_id(generator);
	write_kallsyms(generator);
	if (generator->options.fake_vmcoreinfo)
		write_fakes(generator);
	if (!generator->options.no_vmcoreinfo)
		vmcoreinfo_data = write_vmcoreinfo(generator, &generator->info);
	copy_image(generator);
	set_release(generator);
	layout_copy_arenas(&generator->layout);
	if (generator->options.system_map)
		write_system_map(generator);
}

enum option_key {
	OPTION_BTF = 1,
	OPTION_DAMAGE,
	OPTION_FAKE,
	OPTION_LEVELS,
	OPTION_MEMORY,
	OPTION_NONE,
	OPTION_OLD,
	OPTION_OMIT,
	OPTION_RELEASE,
	OPTION_SYSTEM_MAP,
};

static const struct argp_option argp_options[] = {
	{"btf", OPTION_BTF, "FILE", 0, "Put this BTF into the kernel", 0},
	{"damage", OPTION_DAMAGE, "PART", 0, "Overwrite `kallsyms'", 0},
	{"fake-vmcoreinfo", OPTION_FAKE, NULL, 0,
	 "Plant wrong VMCOREINFO pages before the right one", 0},
	{"levels", OPTION_LEVELS, "4|5", 0, "Levels of page tables", 0},
	{"memory", OPTION_MEMORY, "MIB", 0, "Size of the machine's RAM", 0},
	{"no-vmcoreinfo", OPTION_NONE, NULL, 0, "Write no VMCOREINFO", 0},
	{"old-vmcoreinfo", OPTION_OLD, NULL, 0,
	 "Leave the kallsyms tables out of VMCOREINFO, as before 6.0", 0},
	{"omit", OPTION_OMIT, "SYMBOL", 0, "Leave SYMBOL out of kallsyms", 0},
	{"release", OPTION_RELEASE, "TEXT", 0, "The kernel's release", 0},
	{"system-map", OPTION_SYSTEM_MAP, "FILE", 0,
	 "Also write System.map to FILE", 0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case OPTION_BTF:
		options->btf = argument;
		return 0;
	case OPTION_DAMAGE:
		options->damage = argument;
		return 0;
	case OPTION_FAKE:
		options->fake_vmcoreinfo = true;
		return 0;
	case OPTION_LEVELS:
		options->levels = (unsigned int)atoi(argument);
		if (options->levels != 4 && options->levels != 5)
			argp_error(state, "levels are 4 or 5");
		return 0;
	case OPTION_MEMORY:
		options->memory = strtoull(argument, NULL, 10);
		return 0;
	case OPTION_NONE:
		options->no_vmcoreinfo = true;
		return 0;
	case OPTION_OLD:
		options->old_vmcoreinfo = true;
		return 0;
	case OPTION_OMIT:
		options->omit = argument;
		return 0;
	case OPTION_RELEASE:
		options->release = argument;
		return 0;
	case OPTION_SYSTEM_MAP:
		options->system_map = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (options->output)
			argp_usage(state);
		options->output = argument;
		return 0;
	case ARGP_KEY_END:
		if (!options->output)
			argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static struct generator generator = {
		.options = {.memory = 64,
			    .levels = 4,
			    .release = SYNTHETIC_RELEASE},
	};
	static const struct argp argp = {
		argp_options, parse,
		"FILE",	      "Write a synthetic target's memory to FILE.",
		NULL,	      NULL,
		NULL};

	argp_parse(&argp, argc, argv, 0, NULL, &generator.options);
	generate(&generator);
	return 0;
}
