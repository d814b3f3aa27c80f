/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The emulator: an agent core in the process of the IDS, over a source of
 * physical memory.
 */
#ifndef FATHOM_HOST_EMULATOR_H
#define FATHOM_HOST_EMULATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/channel.h>
#include <fathom/error.h>
#include <fathom/wire.h>

struct emulator_source;
struct fathom_agent;

struct emulator_source_ops {
	/**
	 * Read physical memory inside one of the ranges.
	 *
	 * @param[out] missing Set when just this page is not to be had.
	 * @return NULL, or why no page can be had any more.
	 */
	struct fathom_error *(*read)(struct emulator_source *source,
				     uint64_t address, void *buffer,
				     size_t size, bool *missing);
	/** As struct fathom_agent_port has it; NULL if it cannot be told. */
	uint64_t (*next_data)(struct emulator_source *source, uint64_t address);
	/** Look at the CPUs anew; NULL if they never change. */
	struct fathom_error *(*reload_cpus)(struct emulator_source *source);
	/**
	 * What was kept of the memory counts no more: another epoch begins.
	 * NULL if nothing is kept.
	 */
	void (*forget)(struct emulator_source *source);
	/** An error if the target has gone; NULL if it cannot go. */
	struct fathom_error *(*alive)(struct emulator_source *source);
	void (*destroy)(struct emulator_source *source);
};

/**
 * Where memory and CPU state come from. Embedded as the first member; ranges
 * and cpus are allocated with malloc() and freed with the source.
 */
struct emulator_source {
	const struct emulator_source_ops *ops;
	struct fathom_wire_range *ranges; /* as struct fathom_agent has them */
	uint32_t range_count;
	struct fathom_wire_cpu *cpus;
	uint32_t cpu_count;
};

/**
 * Most RAM ranges a source may have: so that INFO fits into a reply with
 * thousands of CPUs besides.
 */
#define EMULATOR_MAX_RANGES 32768u
#define EMULATOR_MAX_CPUS   4096u

/** Takes ownership of @p source, also when it fails. */
struct fathom_error *emulator_open(struct emulator_source *source,
				   struct fathom_channel **ret);

/**
 * The core of an emulator, to be asked without the emulator in between: by a
 * sealed agent in this process (loopback.h). Not while the channel is used.
 * Whether the target is still alive is looked at by the channel's refresh();
 * once it has said no, the core says so, too.
 */
struct fathom_agent *emulator_agent(struct fathom_channel *channel);

/** Why the core could not read since the last time this was asked; or NULL. */
struct fathom_error *emulator_failure(struct fathom_channel *channel);

void emulator_source_destroy(struct emulator_source *source);

#endif /* FATHOM_HOST_EMULATOR_H */
