/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A machine in 12 MiB of memory: page tables, a kernel's image with all that
 * tells what it is, VMCOREINFO elsewhere in RAM, and an agent that reads it.
 */
#ifndef FATHOM_TESTS_SYMBOLS_TARGET_H
#define FATHOM_TESTS_SYMBOLS_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/agent.h>
#include <fathom/channel.h>

#include "client.h"

/* Physical layout. */
#define TARGET_RAM_SIZE	  (32ull << 20)
#define TARGET_TABLES	  0x100000ull /* all but the root */
#define TARGET_VMCOREINFO 0x400000ull /* the kernel's own */
#define TARGET_PLANTED	  0x200000ull /* free, and below: for plants */
#define TARGET_IDT	  0x500000ull
#define TARGET_IMAGE	  0x1000000ull
#define TARGET_IMAGE_SIZE (4ull << 20)

/* Inside the image, from its base. */
#define TARGET_HANDLER	       0x1000ull
#define TARGET_BANNER	       0x100000ull
#define TARGET_NOTES	       0x110000ull
#define TARGET_BTF	       0x120000ull
#define TARGET_KALLSYMS	       0x180000ull
#define TARGET_ROOT	       0x200000ull
#define TARGET_VMCOREINFO_DATA 0x210000ull
#define TARGET_END	       0x300000ull

#define TARGET_LINK_BASE       0xffffffff81000000ull
/* page_offset_base with 4 and 5 levels, without KASLR. */
#define TARGET_DIRECT_MAP_4 0xffff888000000000ull
#define TARGET_DIRECT_MAP_5 0xff11000000000000ull
#define TARGET_RELEASE	    "6.1.0-test-amd64"
#define TARGET_BANNER_TEXT  "Linux version " TARGET_RELEASE " (a@b) #1 SMP"
#define TARGET_BUILD_ID	    "00112233445566778899aabbccddeeff00112233"

enum target_order {
	ORDER_6_1,	/* offsets, relative_base, num_syms, names ... */
	ORDER_6_4,	/* num_syms, names ... offsets, relative_base */
	ORDER_RELATIVE, /* the same, but no relative_base */
};

struct target_options {
	uint64_t slide; /* KASLR */
	enum target_order order;
	bool la57;
	bool pti;
	bool no_cpu;
	bool small_pages; /* the image's first 2 MiB */
	const void *btf;
	size_t btf_size;
};

struct target {
	uint8_t *ram;
	uint64_t base, direct_map;
	struct target_options options;
	struct fathom_wire_cpu cpu;
	struct fathom_wire_range range;
	struct fathom_agent agent;
	struct fathom_channel channel;
	/* Places in the image, from its base. */
	uint64_t num_syms, names, markers, token_table, token_index, offsets,
		relative_base;
	size_t symbol_count;
};

struct target *target_create(const struct target_options *options);
void target_destroy(struct target *target);

/** Start a conversation; ended by fathom_client_destroy(). */
struct fathom_client *target_connect(struct target *target);

/** VMCOREINFO as the kernel would write it, to any physical place. */
void target_write_vmcoreinfo(struct target *target, uint64_t physical);

/** A pointer to the image's memory. */
uint8_t *target_image(struct target *target, uint64_t offset);

void target_put64(struct target *target, uint64_t physical, uint64_t value);

#endif /* FATHOM_TESTS_SYMBOLS_TARGET_H */
