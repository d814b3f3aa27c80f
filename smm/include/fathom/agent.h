/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The agent core: answers requests of fathom/wire.h from the memory of a
 * machine whose owner may be hostile. Freestanding: no libc, no allocation, no
 * state but struct fathom_agent. (As GCC and Clang demand of any freestanding
 * program, the port supplies memcpy, memset, memmove and memcmp.)
 */
#ifndef FATHOM_AGENT_H
#define FATHOM_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What the core needs of the machine it runs on. */
struct fathom_agent_port {
	/**
	 * Copy @p size bytes of physical memory. The core has checked that
	 * they lie in one RAM range, outside all excluded ones, and do not
	 * cross a 4 KiB boundary.
	 *
	 * @return FATHOM_WIRE_OK; FATHOM_WIRE_NOT_RAM if this page cannot be
	 * had although the RAM list promises it (a page left out of a dump);
	 * FATHOM_WIRE_TARGET_GONE if no page can be had any more.
	 */
	uint32_t (*read)(void *context, uint64_t address, void *buffer,
			 uint32_t size);
	/**
	 * Tell the saved state of all CPUs. Called at most once a request, and
	 * only for requests that depend on it.
	 *
	 * @param[out] cpus Must stay valid until the request is answered.
	 * @param[out] count 0 when there is no CPU state.
	 * @return FATHOM_WIRE_OK, or the status of the whole reply.
	 */
	uint32_t (*cpus)(void *context, const struct fathom_wire_cpu **cpus,
			 uint32_t *count);
	/**
	 * Optional: the lowest address not below @p address that may hold
	 * anything but zeroes. Lets SCAN pass over memory never used.
	 */
	uint64_t (*next_data)(void *context, uint64_t address);
};

/** Bounds of one call, so that the machine is never held for long. */
struct fathom_agent_limits {
	uint32_t max_request; /* bytes, header included */
	uint32_t max_reply;   /* bytes, header included */
	uint32_t max_items;   /* of a READ */
	uint32_t max_scan;    /* bytes of RAM that one SCAN looks at */
};

#define FATHOM_AGENT_PAGE_SIZE 4096u

/** What FOLLOW remembers while it goes from object to object. */
struct fathom_agent_follow {
	struct {
		uint64_t address;
		uint64_t space;
		uint32_t outline;
	} queue[512];
	uint64_t seen[4096];		    /* objects, hashed */
	struct fathom_wire_page pages[512]; /* hashed; all 0: free */
};

/** Filled in by the port, then checked with fathom_agent_check(). */
struct fathom_agent {
	const struct fathom_agent_port *port;
	void *context; /* handed to the port's functions */

	/*
	 * RAM: sorted by address, neither empty nor overlapping nor adjacent
	 * (SCAN finds nothing that spans two ranges).
	 */
	const struct fathom_wire_range *ranges;
	uint32_t range_count;
	/* Never read, whatever RAM says: SMRAM, mailbox, the agent's own. */
	uint32_t excluded_count;
	const struct fathom_wire_range *excluded;

	struct fathom_agent_limits limits;
	uint64_t c_bit_mask; /* encryption bit of page-table entries, or 0 */

	/* The core's own. */
	const struct fathom_wire_cpu *cpus;
	uint32_t cpu_count;
	bool cpus_known; /* within this request */
	uint8_t scratch[FATHOM_AGENT_PAGE_SIZE + FATHOM_WIRE_MAX_PATTERN];
	struct fathom_agent_follow follow;
};

/**
 * Whether what the port filled in keeps the rules above. An agent that does
 * not must not be used.
 */
bool fathom_agent_check(const struct fathom_agent *agent);

/**
 * Answer one request.
 *
 * @param[in] request In memory that nobody else can write: the caller has
 * copied it out of the mailbox.
 * @param[in] size Bytes of @p request.
 * @param[out] reply May not overlap @p request.
 * @param[in] capacity Bytes that fit into @p reply.
 * @return Bytes of the reply; 0 if not even a header fits.
 */
size_t fathom_agent_handle(struct fathom_agent *agent, const void *request,
			   size_t size, void *reply, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_AGENT_H */
