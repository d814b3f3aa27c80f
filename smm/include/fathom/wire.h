/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Messages between an IDS and an agent, as they are before sealing.
 *
 * All integers are little endian, all structures free of padding and a
 * multiple of 8 bytes long. A message is a struct fathom_wire_header followed
 * by `length` bytes of body. Freestanding: compiles in firmware and on hosts.
 */
#ifndef FATHOM_WIRE_H
#define FATHOM_WIRE_H

#include <stdint.h>

#define FATHOM_WIRE_MAGIC   0x4d485446u /* "FTHM" */
#define FATHOM_WIRE_VERSION 1

/** Limits an agent may lower, and tells in its INFO reply. */
#define FATHOM_WIRE_MAX_REQUEST	 (64u * 1024)
#define FATHOM_WIRE_MAX_REPLY	 (1024u * 1024)
#define FATHOM_WIRE_MAX_ITEMS	 1024u
#define FATHOM_WIRE_MAX_PATTERN	 64u
#define FATHOM_WIRE_MAX_MATCHES	 256u
#define FATHOM_WIRE_MAX_OUTLINES 64u
#define FATHOM_WIRE_MAX_PIECES	 512u
#define FATHOM_WIRE_MAX_LINKS	 256u
#define FATHOM_WIRE_MAX_KNOWN	 2048u

enum fathom_wire_type {
	FATHOM_WIRE_INFO = 1,
	FATHOM_WIRE_READ = 2,
	FATHOM_WIRE_SCAN = 3,
	FATHOM_WIRE_FOLLOW = 4,
	FATHOM_WIRE_REPLY = 0x80, /* or-ed into the type of a reply */
};

/** Status of a whole reply, or of one READ item. */
enum fathom_wire_status {
	FATHOM_WIRE_OK = 0,
	FATHOM_WIRE_MALFORMED = 1,     /* the request breaks the format */
	FATHOM_WIRE_UNSUPPORTED = 2,   /* unknown type or version */
	FATHOM_WIRE_NOT_MAPPED = 3,    /* a page-table entry is not present */
	FATHOM_WIRE_NON_CANONICAL = 4, /* for the paging mode in force */
	FATHOM_WIRE_NOT_RAM = 5,     /* the page, or a table, is outside RAM */
	FATHOM_WIRE_BAD_TABLE = 6,   /* reserved bits, or no paging at all */
	FATHOM_WIRE_TARGET_GONE = 7, /* guest ended, dump unreadable */
	FATHOM_WIRE_TOO_LARGE = 8,   /* no reply of that size possible */
};

struct fathom_wire_header {
	uint32_t magic;
	uint16_t version;
	uint16_t type;
	uint32_t length; /* of the body, bytes */
	uint32_t status; /* replies only; 0 in requests */
};

/*
 * Address spaces. Anything else is the physical address of a page-table root
 * (4 KiB aligned, so these can not be mistaken for one).
 */
#define FATHOM_SPACE_KERNEL   0ull /* tables of the CPU that INFO names */
#define FATHOM_SPACE_PHYSICAL 1ull /* no translation: addresses are RAM */
/*
 * Or-ed into a page-table root: how many levels its tables have. Without one,
 * as many as CR4 of the CPU that INFO names says, and 4 when there is no CPU
 * state (FATHOM_INFO_NO_CPU_STATE). With one, the CPU's state is not needed.
 */
#define FATHOM_SPACE_4_LEVEL 4ull
#define FATHOM_SPACE_5_LEVEL 5ull

/* INFO: empty body. Reply: this, then the CPUs, then the RAM ranges. */
struct fathom_wire_info {
	uint32_t cpu_count;
	uint32_t range_count;
	uint32_t kernel_cpu; /* whose tables FATHOM_SPACE_KERNEL stands for */
	uint32_t flags;	     /* FATHOM_INFO_* */
	uint32_t max_request;
	uint32_t max_reply;
	uint32_t max_items;
	uint32_t reserved;
	uint64_t c_bit_mask; /* encryption bit of page-table entries, or 0 */
};
#define FATHOM_INFO_NO_CPU_STATE (1u << 0) /* a dump without registers */

#define FATHOM_CPU_HAS_LSTAR	 (1u << 0)
#define FATHOM_CPU_USER_MODE	 (1u << 1)
struct fathom_wire_cpu {
	uint32_t index;
	uint32_t flags; /* FATHOM_CPU_* */
	uint64_t cr0;
	uint64_t cr3; /* as saved; bit 12 not cleared */
	uint64_t cr4;
	uint64_t efer;
	uint64_t idt_base;
	uint64_t gdt_base;
	uint64_t gs_base;
	uint64_t kernel_gs_base;
	uint64_t lstar; /* valid with FATHOM_CPU_HAS_LSTAR */
	uint64_t rip;
};

struct fathom_wire_range {
	uint64_t start; /* physical */
	uint64_t size;
};

/*
 * READ: this, then `count` items. Reply: struct fathom_wire_read_reply, then
 * `done` results, then their data one after another without padding.
 * When an item fails half-way, its `length` bytes before the failing one are
 * in the data. An agent may stop before the last item (bounded work): `done`
 * < the count asked for, and the caller asks again for the rest.
 */
struct fathom_wire_read {
	uint32_t count;
	uint32_t reserved;
};
struct fathom_wire_read_item {
	uint64_t space;
	uint64_t address;
	uint32_t length; /* bytes; any, also across pages */
	uint32_t reserved;
};
struct fathom_wire_read_reply {
	uint32_t done; /* items answered, from the first */
	uint32_t reserved;
};
struct fathom_wire_read_result {
	uint32_t status; /* enum fathom_wire_status */
	uint32_t length; /* bytes of data that follow for this item */
};

/*
 * SCAN: find a pattern in physical RAM, at addresses that are a multiple of
 * `alignment` (a power of two) in [start, end). Reply: this with the matches'
 * physical addresses; `next` is where to go on, == `end` when finished.
 * Matches do not span from one RAM range into another.
 */
struct fathom_wire_scan {
	uint64_t start;
	uint64_t end;
	uint64_t alignment;
	uint32_t pattern_length; /* 1..FATHOM_WIRE_MAX_PATTERN */
	uint32_t max_matches;	 /* 1..FATHOM_WIRE_MAX_MATCHES */
	uint8_t pattern[FATHOM_WIRE_MAX_PATTERN];
};
struct fathom_wire_scan_reply {
	uint64_t next;
	uint32_t count;
	uint32_t reserved;
	/* uint64_t matches[count]; */
};

/*
 * FOLLOW: bring an object and those that its pointers lead to, in one call,
 * while the machine stands still. What objects there are is told by outlines:
 * an outline says which bytes of an object are wanted (pieces), and where in it
 * are pointers to which others (links).
 *
 * This, then the outlines, then the pieces of all outlines in their order, then
 * likewise the links, then the addresses of the pages of `space` that need not
 * be sent, in ascending order.
 */
struct fathom_wire_follow {
	uint64_t space;	    /* of the first object; not FATHOM_SPACE_PHYSICAL */
	uint64_t start;	    /* its address */
	uint32_t outline;   /* its outline, an index */
	uint32_t max_pages; /* that the reply may bring; at least 1 */
	uint32_t outline_count; /* 1..FATHOM_WIRE_MAX_OUTLINES */
	uint32_t piece_count;	/* ..FATHOM_WIRE_MAX_PIECES */
	uint32_t link_count;	/* ..FATHOM_WIRE_MAX_LINKS */
	uint32_t known_count;	/* ..FATHOM_WIRE_MAX_KNOWN */
};
struct fathom_wire_outline {
	uint32_t piece_count;
	uint32_t link_count;
};
struct fathom_wire_piece {
	int32_t offset; /* from the object's address; may be negative */
	uint32_t size;	/* 1..4096 */
};
struct fathom_wire_link {
	/*
	 * Of the pointer, from the object's address, then rounded down to a
	 * multiple of 8: the low bits of a pointer to an object may be flags.
	 */
	int32_t offset;
	int32_t delta; /* the other object is at the pointer - delta */
	/*
	 * FATHOM_LINK_USER: where in this object is the pointer to the top
	 * page table of the address space that the link leads into.
	 */
	int32_t root;
	uint16_t outline; /* of the other object */
	uint16_t flags;	  /* FATHOM_LINK_* */
};
/* The pointer is a lower-half one, into another address space. */
#define FATHOM_LINK_USER (1u << 0)
/*
 * A chain of objects: not followed once three quarters of the pages are used,
 * so that the last objects come whole.
 */
#define FATHOM_LINK_CHAIN (1u << 1)

/*
 * Reply: this, then `page_count` pages, each a struct fathom_wire_page and its
 * bytes. Pages that cannot be had are left out: FOLLOW helps, READ tells.
 */
struct fathom_wire_follow_reply {
	uint32_t page_count;
	uint32_t reserved;
};
#define FATHOM_WIRE_PAGE_SIZE 4096u
struct fathom_wire_page {
	uint64_t space; /* as in the request, or a root with its levels */
	uint64_t address;
};

#endif /* FATHOM_WIRE_H */
