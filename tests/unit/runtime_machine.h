/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A target over a fake agent, as the default one of the process, for tests of
 * what compiled code calls.
 */
#ifndef RUNTIME_MACHINE_H
#define RUNTIME_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include <fathom/abi.h>

#include "fake_channel.h"

/* What the runtime reads the kernel through; 4 levels. */
#define MACHINE_ROOT  0x5000ull
#define MACHINE_SPACE (MACHINE_ROOT | FATHOM_SPACE_4_LEVEL)

/*
 * Mapped: 8 MiB that end 1 MiB behind a boundary of the view's 1 GiB chunks.
 * Byte i of them is machine_memory[i].
 */
#define MACHINE_BOUNDARY 0xffff888040000000ull
#define MACHINE_SIZE	 (8ull << 20)
#define MACHINE_START	 (MACHINE_BOUNDARY - (7ull << 20))
#define MACHINE_END	 (MACHINE_START + MACHINE_SIZE)

extern uint8_t machine_memory[MACHINE_SIZE];
extern struct fake_channel machine_fake;

/** For cmocka: open and close it. */
int machine_set_up(void **state);
int machine_tear_down(void **state);

/** What the target has at @p address. */
const uint8_t *machine_at(uint64_t address);

/** Put a 64-bit word there; seen by the runtime from the next epoch on. */
void machine_put(uint64_t address, uint64_t value);

/**
 * A load as the pass emits it: inline TLB, then __fathom_translate().
 *
 * @param[out] hit Whether the TLB had it; may be NULL.
 */
const void *machine_load(uint64_t address, uint64_t size,
			 const struct fathom_site *site, bool *hit);

/** A word of the target, as a program of the pass loads it. */
uint64_t machine_word(uint64_t address);

/** Write one in private-write mode: to the view's copy. */
void machine_write_word(uint64_t address, uint64_t value);

#endif /* RUNTIME_MACHINE_H */
