/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * An agent made of a list of mapped pieces, for tests of the runtime. It can
 * be told to answer like a hostile one.
 */
#ifndef FAKE_CHANNEL_H
#define FAKE_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/channel.h>
#include <fathom/wire.h>

#define FAKE_MAX_PIECES 64
#define FAKE_MAX_AHEAD	512

/* A piece of all address spaces. */
#define FAKE_EACH_SPACE UINT64_MAX

struct fake_piece {
	uint64_t space;
	uint64_t address;
	const uint8_t *bytes;
	size_t size;
};

struct fake_channel {
	struct fathom_channel channel;
	struct fake_piece pieces[FAKE_MAX_PIECES];
	size_t piece_count;
	struct fathom_wire_info info; /* as INFO tells it */
	uint32_t default_status;      /* outside of all pieces */
	uint32_t max_done;	      /* READ items answered; 0: all */
	int can_follow;		      /* or FOLLOW is not supported */
	size_t follows;
	uint8_t followed[FATHOM_WIRE_MAX_REQUEST];     /* the last one's body */
	struct fathom_wire_page ahead[FAKE_MAX_AHEAD]; /* what FOLLOW brings */
	size_t ahead_count;
	size_t calls;
	size_t flights; /* calls under way together count once */
	size_t refreshes;
	size_t destroyed;
	struct fathom_error *(*fail)(void); /* in place of an answer */
	/** Spoil a finished reply; may change *size. */
	void (*spoil)(struct fake_channel *fake, uint16_t type, uint8_t *reply,
		      size_t *size);
};

/** An agent with one CPU, 1 GiB of RAM and nothing mapped. Static storage. */
void fake_channel_init(struct fake_channel *fake);

/** It takes several requests at one time from now on. */
void fake_channel_take_many(struct fake_channel *fake);

/** @p bytes stay the caller's and may change under the runtime's feet. */
void fake_channel_map(struct fake_channel *fake, uint64_t space,
		      uint64_t address, const void *bytes, size_t size);

#endif /* FAKE_CHANNEL_H */
