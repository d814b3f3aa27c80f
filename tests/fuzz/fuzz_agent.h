/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What the targets that are agents over an array of RAM share: one CPU with
 * 4-level page tables at 0x1000, and the limits of a real agent.
 */
#ifndef FUZZ_AGENT_H
#define FUZZ_AGENT_H

#include <fathom/agent.h>

static struct fathom_wire_cpu fuzz_cpu = {
	.cr0 = 0x80050033,
	.cr3 = 0x1000,
	.cr4 = 0x6f0,
	.efer = 0xd01,
};

static inline uint32_t
fuzz_cpus(void *context, const struct fathom_wire_cpu **cpus, uint32_t *count)
{
	(void)context;
	*cpus = &fuzz_cpu;
	*count = 1;
	return FATHOM_WIRE_OK;
}

#define FUZZ_AGENT_LIMITS                               \
	{                                               \
		.max_request = FATHOM_WIRE_MAX_REQUEST, \
		.max_reply = FATHOM_WIRE_MAX_REPLY,     \
		.max_items = FATHOM_WIRE_MAX_ITEMS,     \
		.max_scan = 1 << 20,                    \
	}

#endif /* FUZZ_AGENT_H */
