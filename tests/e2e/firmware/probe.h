/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What the parts of firmware-probe share: see probe.c.
 */
#ifndef PROBE_H
#define PROBE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fathom/mailbox.h>
#include <fathom/transport.h>

#define PAGE	    4096u
#define TABLES_SIZE (1u << 20)
#define SMRAM_SIZE  (16u << 20)

/* Intel SDM volume 3, 4.5. */
#define PRESENT		1ull
#define LARGE		(1ull << 7)
#define NX		(1ull << 63)
#define WRITABLE	2ull

#define LOCAL_APIC	0xfee00000ull
#define IO_APIC		0xfec00000ull
#define PCI_CONFIG	0xb0000000ull /* q35's MMCONFIG under OVMF */
#define FLASH		0xffc00000ull
#define LEGACY_SMRAM	0xa0000ull
#define DEFAULT_SMBASE	0x30000ull /* SMRAM, too, on QEMU with OVMF */
#define BEYOND_RAM	0x10000000000ull
#define HIGHEST_ADDRESS 0xffffffffff000ull

struct probe {
	const char *socket;
	uint8_t ids_key[FATHOM_KEY_SIZE];
	uint8_t agent_key[FATHOM_KEY_SIZE];
	uint8_t agent_private_key[FATHOM_KEY_SIZE];
	uint8_t *ram;
	uint64_t tables;
	uint64_t smram;
	uint64_t mailbox;
	uint64_t mailbox_size;
	struct fathom_channel *channel;
};

extern struct probe probe;

/** Page tables of our own in the guest's memory; @p number counts from 0. */
uint64_t *table(unsigned int number);
uint64_t table_address(unsigned int number);

/**
 * A walk through entry 1 of tables 0 to 3, whose last entry maps page 8, and
 * 16 pages of it: what each case then breaks.
 */
void plant_tables(void);

#define ROOT	(probe.tables | FATHOM_SPACE_4_LEVEL)
#define ADDRESS 0x8040201000ull /* index 1 at each of four levels */

double seconds(void);

/** The mailbox's header, as everybody sees it. */
volatile struct fathom_mailbox *mailbox(void);

/** Calls that are answered, and rightly. */
void calls_in_a_row(unsigned int count);

/**
 * A request of any type and size.
 *
 * @param[out] length Of the body that is returned, valid until the next call.
 * @return NULL when the agent refuses, with a status in @p status.
 */
const uint8_t *probe_ask(uint16_t type, const void *body, size_t size,
			 size_t *length, uint32_t *status);

/* probe_search.c */
void all_of_smram_is_refused(void **state);
void all_of_the_mailbox_is_refused(void **state);
void scan_finds_no_marker_out_of_ram(void **state);
void scan_stops_at_the_edge(void **state);
void scan_finds_no_private_key(void **state);
void follow_brings_what_it_may(void **state);
void follow_brings_nothing_else(void **state);

/* probe_sealed.c */
void no_byte_of_a_request_may_change(void **state);
void a_hello_counts_once(void **state);
void hellos_are_rationed(void **state);
void strangers_get_silence(void **state);

#endif /* PROBE_H */
