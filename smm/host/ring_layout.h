/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What lies in memory that IDSes and a relay share: a page of header, then
 * slots, one for each IDS at a time. A slot is a page of words and two rings,
 * one of requests and one of replies. What goes through a ring is what would go
 * through the relay's socket (relay_protocol.h).
 *
 * Everybody who has the memory can write all of it. So each side keeps the
 * layout and its own indices to itself, loads each word of others once, and
 * checks it.
 */
#ifndef FATHOM_HOST_RING_LAYOUT_H
#define FATHOM_HOST_RING_LAYOUT_H

#include <stdatomic.h>
#include <stdint.h>

#define RING_MAGIC     0x474e49524d485446ull /* "FTHMRING" */
#define RING_VERSION   1
#define RING_PAGE      4096u
#define RING_MAX_SLOTS 64u

/** Capacities are powers of two within these bounds. */
#define RING_MIN_CAPACITY 4096u
#define RING_MAX_CAPACITY (1u << 24)

/** What the relay is doing. */
enum ring_state {
	RING_ENDED = 0, /* nobody serves */
	RING_SERVING,	/* the beat goes on */
	RING_CALLING,	/* waits for the agent: the beat stands still */
};

/** Rung by one side, waited at by the other. */
struct ring_bell {
	_Atomic uint32_t count;	 /* one more for each ring */
	_Atomic uint32_t sleeps; /* not 0: wants to be woken by futex(2) */
};

/** At the start of the memory. All little endian. */
struct ring_header {
	/* Written by the relay when it begins to serve, the magic last. */
	_Atomic uint64_t magic;
	_Atomic uint32_t version;
	_Atomic uint32_t slots;
	_Atomic uint32_t stride; /* bytes from slot to slot */
	_Atomic uint32_t request_capacity;
	_Atomic uint32_t reply_capacity;
	uint32_t reserved0;
	_Atomic uint64_t generation; /* another one each time */
	uint8_t reserved1[24];

	/* Written by the relay while it serves. */
	_Atomic uint32_t beat; /* goes on as long as it does */
	_Atomic uint32_t state;
	uint8_t reserved2[56];

	/* Written by IDSes; sleeps by the relay. */
	struct ring_bell bell;	 /* there is something to do */
	_Atomic uint32_t wanted; /* one more for each look at full slots */
	uint8_t reserved3[52];
};

/** How far a ring has been written or read: bytes in all, modulo 2^32. */
struct ring_index {
	_Atomic uint32_t bytes;
	uint8_t reserved[60];
};

/** At the start of a slot; the rings of requests and replies follow its page.
 */
struct ring_slot {
	/* Written by IDSes. */
	_Atomic uint64_t owner;	 /* 0: free; else a mark, by compare-and-swap */
	_Atomic uint64_t opened; /* the mark, when its indices are 0 */
	uint8_t reserved0[48];

	/* Written by the relay; sleeps by the IDS. */
	_Atomic uint64_t accepted; /* the mark that is served */
	struct ring_bell bell;	   /* there is something to see */
	uint8_t reserved1[48];

	struct ring_index request_written; /* by the IDS */
	struct ring_index request_read;	   /* by the relay */
	struct ring_index reply_written;   /* by the relay */
	struct ring_index reply_read;	   /* by the IDS */
};

_Static_assert(sizeof(struct ring_header) == 192, "layout");
_Static_assert(sizeof(struct ring_slot) == 384, "layout");

#endif /* FATHOM_HOST_RING_LAYOUT_H */
