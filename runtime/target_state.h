/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What a target consists of, for the files of libfathom that serve it.
 */
#ifndef FATHOM_TARGET_STATE_H
#define FATHOM_TARGET_STATE_H

#include <stdatomic.h>
#include <stdint.h>

#include <fathom/channel.h>
#include <fathom/target.h>

#include "view.h"

struct fathom_client;
struct fathom_symbols;

struct fathom_target {
	struct fathom_client *client;
	struct fathom_view *view;
	struct fathom_symbols *symbols;
	struct fathom_target_info info;
	char *uri;
	struct fathom_cpu_info *cpus;
	struct fathom_ram_range *ranges;
	uint64_t kernel_space;	 /* of wire.h: the kernel's root and levels */
	uint64_t kernel_lowest;	 /* first canonical address of the upper half */
	uint64_t banner_address; /* of linux_banner; 0 if unknown */
	uint32_t prefetch_pages; /* most that a miss may bring besides */
	_Atomic uint64_t slow_paths;
};

/** What the compiled code of this process reads; NULL before start-up. */
extern struct fathom_target *fathom_default;

/**
 * As fathom_target_open(), over a channel that is there already, and without
 * looking for a kernel: the target has no symbols, and its kernel is read
 * through @p space. Takes over the channel, also on failure.
 *
 * @param[in] space A page-table root with its levels or-ed in (wire.h), or
 * FATHOM_SPACE_KERNEL.
 */
struct fathom_error *fathom_target_create(const char *uri,
					  struct fathom_channel *channel,
					  uint64_t space,
					  struct fathom_target **ret);

/**
 * Why @p address can be no address of the kernel, whatever its tables say;
 * FATHOM_FAULT_NONE if it can.
 */
enum fathom_fault_reason
fathom_target_refuses(const struct fathom_target *target, uint64_t address,
		      uint64_t size);

#endif /* FATHOM_TARGET_STATE_H */
