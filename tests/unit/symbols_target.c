/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The machine.
 */
#include "symbols_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols_encode.h"
#include "symbols_test.h"

#define PRESENT 0x3ull
#define LARGE	0x80ull
#define FILLERS 600
#define SYMBOLS (FILLERS + 24)

/* Tables below the root, a page each. */
#define P4D	   (TARGET_TABLES + 0x0000)
#define TEXT_PUD   (TARGET_TABLES + 0x1000)
#define TEXT_PMD   (TARGET_TABLES + 0x2000)
#define DIRECT_P4D (TARGET_TABLES + 0x3000)
#define DIRECT_PUD (TARGET_TABLES + 0x4000)
#define SMALL_PT   (TARGET_TABLES + 0x5000)

void target_put64(struct target *target, uint64_t physical, uint64_t value)
{
	memcpy(target->ram + physical, &value, sizeof(value));
}

uint8_t *target_image(struct target *target, uint64_t offset)
{
	return target->ram + TARGET_IMAGE + offset;
}

static void put_entry(struct target *target, uint64_t table, uint64_t address,
		      unsigned int level, uint64_t entry)
{
	target_put64(target, table + 8 * (address >> (3 + 9 * level) & 511),
		     entry);
}

static void map_image(struct target *target)
{
	uint64_t root = TARGET_IMAGE + TARGET_ROOT, base = target->base;

	if (target->options.la57) {
		put_entry(target, root, base, 5, P4D | PRESENT);
		put_entry(target, P4D, base, 4, TEXT_PUD | PRESENT);
	} else {
		put_entry(target, root, base, 4, TEXT_PUD | PRESENT);
	}
	put_entry(target, TEXT_PUD, base, 3, TEXT_PMD | PRESENT);
	put_entry(target, TEXT_PMD, base, 2, TARGET_IMAGE | LARGE | PRESENT);
	put_entry(target, TEXT_PMD, base + (2 << 20), 2,
		  (TARGET_IMAGE + (2 << 20)) | LARGE | PRESENT);
	if (!target->options.small_pages)
		return;
	put_entry(target, TEXT_PMD, base, 2, SMALL_PT | PRESENT);
	for (uint64_t i = 0; i < 512; i++)
		target_put64(target, SMALL_PT + 8 * i,
			     (TARGET_IMAGE + 4096 * i) | PRESENT);
}

static void map_memory(struct target *target)
{
	uint64_t root = TARGET_IMAGE + TARGET_ROOT;

	if (target->options.la57) {
		put_entry(target, root, target->direct_map, 5,
			  DIRECT_P4D | PRESENT);
		put_entry(target, DIRECT_P4D, target->direct_map, 4,
			  DIRECT_PUD | PRESENT);
	} else {
		put_entry(target, root, target->direct_map, 4,
			  DIRECT_PUD | PRESENT);
	}
	put_entry(target, DIRECT_PUD, target->direct_map, 3, LARGE | PRESENT);
	/* What PTI puts into the user's half: the CPU entry area. */
	if (target->options.pti)
		put_entry(target, root + 4096, 0xfffffe0000000000ull,
			  target->options.la57 ? 5 : 4, TEXT_PUD | PRESENT);
}

static uint64_t put_image(struct target *target, uint64_t offset,
			  const void *data, size_t size)
{
	memcpy(target_image(target, offset), data, size);
	return (offset + size + 7) & ~7ull;
}

static size_t list_symbols(const struct target *target,
			   struct encoded_symbol *symbols)
{
	const struct encoded_symbol early[] = {
		{0, true, 'A', "__per_cpu_start"},
		{0x40, true, 'A', "current_task"},
	};
	const struct encoded_symbol text[] = {
		{0, false, 'T', "_text"},
		{0, false, 'T', "_stext"},
		{TARGET_HANDLER, false, 'T', "asm_exc_page_fault"},
	};
	const struct encoded_symbol data[] = {
		{TARGET_BANNER, false, 'D', "linux_banner"},
		{TARGET_NOTES, false, 'R', "__start_notes"},
		{TARGET_NOTES + 0x54, false, 'R', "__stop_notes"},
		{TARGET_BTF, false, 'R', "__start_BTF"},
		{TARGET_BTF + target->options.btf_size, false, 'R',
		 "__stop_BTF"},
		{TARGET_ROOT, false, 'D', "init_top_pgt"},
		{TARGET_ROOT + 0x2000, false, 'D', "level4_kernel_pgt"},
		{TARGET_VMCOREINFO_DATA, false, 'b', "vmcoreinfo_data"},
		{TARGET_END, false, 'B', "_end"},
	};
	static char names[FILLERS][32];
	size_t count = 0;

	/* Without relative_base there are no absolute symbols. */
	for (size_t i = 0; target->options.order != ORDER_RELATIVE && i < 2;
	     i++)
		symbols[count++] = early[i];
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		symbols[count++] = text[i];
	for (size_t i = 0; i < FILLERS; i++) {
		/* Two files may have a static function of one name. */
		snprintf(names[i], sizeof(names[i]), "sys_filler_%zu",
			 i == 42 ? 41 : i);
		symbols[count++] = (struct encoded_symbol){
			0x2000 + 64 * i, false, 't', names[i]};
	}
	for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++)
		if (target->options.btf_size || !strstr(data[i].name, "BTF"))
			symbols[count++] = data[i];
	return count;
}

static void place_tables(struct target *target, const struct encoded *encoded)
{
	enum target_order order = target->options.order;
	uint64_t at = TARGET_KALLSYMS, count = encoded->count;

	if (order == ORDER_6_1) {
		target->offsets = at;
		at = put_image(target, at, encoded->offsets, 4 * count);
		target->relative_base = at;
		at = put_image(target, at, &target->base, 8);
	}
	target->num_syms = at;
	target->names = at = put_image(target, at, &count, 8);
	target->markers = at =
		put_image(target, at, encoded->names, encoded->names_size);
	target->token_table = at = put_image(target, at, encoded->markers,
					     4 * encoded->marker_count);
	target->token_index = at = put_image(target, at, encoded->token_table,
					     encoded->token_table_size);
	at = put_image(target, at, encoded->token_index,
		       sizeof(encoded->token_index));
	if (order == ORDER_6_1)
		return;
	target->offsets = at;
	at = put_image(target, at, encoded->offsets, 4 * count);
	target->relative_base = order == ORDER_6_4 ? at : 0;
	if (order == ORDER_6_4)
		put_image(target, at, &target->base, 8);
}

static void write_kallsyms(struct target *target)
{
	bool relative = target->options.order == ORDER_RELATIVE;
	struct encoded_symbol symbols[SYMBOLS];
	struct encoded encoded;

	target->symbol_count = list_symbols(target, symbols);
	/* Once more when it is known where the offsets will be. */
	for (int round = 0; round < 1 + relative; round++) {
		encode_kallsyms(symbols, target->symbol_count,
				relative ? OFFSETS_PLACE_RELATIVE
					 : OFFSETS_ABSOLUTE_PERCPU,
				target->offsets, &encoded);
		place_tables(target, &encoded);
		encoded_release(&encoded);
	}
}

/* A note of someone else, then the build ID's. */
static void write_notes(struct target *target)
{
	const uint32_t other[12] = {4, 4, 0x100, 0x756e6c, 0xdead};
	const uint32_t header[4] = {4, 20, 3, 0x554e47};
	uint8_t id[20];

	for (unsigned int i = 0; i < sizeof(id); i++)
		sscanf(&TARGET_BUILD_ID[2 * i], "%2hhx", &id[i]);
	put_image(target, TARGET_NOTES, other, 20);
	memcpy(target_image(target, TARGET_NOTES + 20), header, 16);
	memcpy(target_image(target, TARGET_NOTES + 36), id, 20);
	/* 0x54 in all: the rest is one more, empty note of 28 bytes. */
	memcpy(target_image(target, TARGET_NOTES + 56),
	       (const uint32_t[]){4, 12, 0x101, 0x756e6c}, 16);
}

void target_write_vmcoreinfo(struct target *target, uint64_t physical)
{
	uint64_t base = target->base;
	char *text = (char *)target->ram + physical;

	memset(text, 0, 4096);
	snprintf(text, 4096,
		 "OSRELEASE=%s\nBUILD-ID=%s\nPAGESIZE=4096\n"
		 "SYMBOL(swapper_pg_dir)=%llx\nSYMBOL(_stext)=%llx\n"
		 "SYMBOL(kallsyms_names)=%llx\n"
		 "SYMBOL(kallsyms_num_syms)=%llx\n"
		 "SYMBOL(kallsyms_token_table)=%llx\n"
		 "SYMBOL(kallsyms_token_index)=%llx\n"
		 "SYMBOL(kallsyms_offsets)=%llx\n",
		 TARGET_RELEASE, TARGET_BUILD_ID,
		 (unsigned long long)(base + TARGET_ROOT),
		 (unsigned long long)base,
		 (unsigned long long)(base + target->names),
		 (unsigned long long)(base + target->num_syms),
		 (unsigned long long)(base + target->token_table),
		 (unsigned long long)(base + target->token_index),
		 (unsigned long long)(base + target->offsets));
	if (target->relative_base)
		sprintf(text + strlen(text),
			"SYMBOL(kallsyms_relative_base)=%llx\n",
			(unsigned long long)(base + target->relative_base));
	sprintf(text + strlen(text),
		"NUMBER(phys_base)=%lld\nNUMBER(pgtable_l5_enabled)=%d\n"
		"KERNELOFFSET=%llx\n",
		(long long)(TARGET_IMAGE - (base - 0xffffffff80000000ull)),
		target->options.la57,
		(unsigned long long)target->options.slide);
}

static void write_idt(struct target *target)
{
	uint8_t *gate = target->ram + TARGET_IDT + 14 * 16;
	uint64_t handler = target->base + TARGET_HANDLER;

	memcpy(gate, &handler, 2);
	memcpy(gate + 6, (uint8_t *)&handler + 2, 2);
	memcpy(gate + 8, (uint8_t *)&handler + 4, 4);
}

static uint32_t read_ram(void *context, uint64_t address, void *buffer,
			 uint32_t size)
{
	const struct target *target = context;

	memcpy(buffer, target->ram + address, size);
	return FATHOM_WIRE_OK;
}

static uint32_t tell_cpus(void *context, const struct fathom_wire_cpu **cpus,
			  uint32_t *count)
{
	const struct target *target = context;

	*cpus = &target->cpu;
	*count = !target->options.no_cpu;
	return FATHOM_WIRE_OK;
}

static const struct fathom_agent_port port = {
	.read = read_ram,
	.cpus = tell_cpus,
};

static struct fathom_error *call(struct fathom_channel *channel,
				 const void *request, size_t request_size,
				 void *reply, size_t reply_capacity,
				 size_t *reply_size)
{
	struct target *target =
		(struct target *)((char *)channel -
				  offsetof(struct target, channel));

	*reply_size = fathom_agent_handle(&target->agent, request, request_size,
					  reply, reply_capacity);
	return NULL;
}

static struct fathom_error *refresh(struct fathom_channel *channel)
{
	(void)channel;
	return NULL;
}

static void leave(struct fathom_channel *channel)
{
	(void)channel;
}

static const struct fathom_channel_ops ops = {
	.call = call,
	.refresh = refresh,
	.destroy = leave,
};

static void start_agent(struct target *target)
{
	target->range = (struct fathom_wire_range){0, TARGET_RAM_SIZE};
	target->cpu = (struct fathom_wire_cpu){
		.flags = FATHOM_CPU_HAS_LSTAR,
		.cr0 = 0x80050033,
		.cr3 = TARGET_IMAGE + TARGET_ROOT,
		.cr4 = target->options.la57 ? 0x16b0 | 1 << 5 : 0x6b0,
		.efer = 0xd01,
		.idt_base = target->direct_map + TARGET_IDT,
		.lstar = target->base + TARGET_HANDLER + 64,
	};
	/* A CPU in user mode, as it is most of the time. */
	if (target->options.pti)
		target->cpu.cr3 |= 0x1000;
	target->agent = (struct fathom_agent){
		.port = &port,
		.context = target,
		.ranges = &target->range,
		.range_count = 1,
		.limits = {FATHOM_WIRE_MAX_REQUEST, FATHOM_WIRE_MAX_REPLY,
			   FATHOM_WIRE_MAX_ITEMS, 8u << 20},
	};
	assert_true(fathom_agent_check(&target->agent));
	target->channel.ops = &ops;
}

struct target *target_create(const struct target_options *options)
{
	struct target *target = calloc(1, sizeof(*target));
	uint64_t own;

	target->options = *options;
	target->base = TARGET_LINK_BASE + options->slide;
	target->direct_map = options->la57 ? TARGET_DIRECT_MAP_5
					   : TARGET_DIRECT_MAP_4;
	own = target->direct_map + TARGET_VMCOREINFO;
	target->ram = calloc(1, TARGET_RAM_SIZE);
	map_image(target);
	map_memory(target);
	put_image(target, TARGET_BANNER, TARGET_BANNER_TEXT "\n",
		  sizeof(TARGET_BANNER_TEXT "\n"));
	write_notes(target);
	if (options->btf)
		put_image(target, TARGET_BTF, options->btf, options->btf_size);
	write_kallsyms(target);
	put_image(target, TARGET_VMCOREINFO_DATA, &own, sizeof(own));
	target_write_vmcoreinfo(target, TARGET_VMCOREINFO);
	write_idt(target);
	start_agent(target);
	return target;
}

void target_destroy(struct target *target)
{
	free(target->ram);
	free(target);
}

struct fathom_client *target_connect(struct target *target)
{
	struct fathom_client *client;

	assert_ok(fathom_client_create(&target->channel, &client));
	return client;
}
