/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The carrier's side of the mailbox (fathom/mailbox.h). Anybody who can write
 * the monitored machine's memory can write the mailbox: what is read back is
 * checked, and every wait has an end.
 */
#ifndef FATHOM_HOST_MAILBOX_H
#define FATHOM_HOST_MAILBOX_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>
#include <fathom/mailbox.h>

/** How the SMI is raised. */
struct mailbox_bell {
	/**
	 * Raise it once, for the call with number @p sequence. May return
	 * before it has come, or after it has been served.
	 *
	 * @param[in] done Where the agent writes @p sequence when it is done.
	 */
	struct fathom_error *(*ring)(void *context, uint64_t sequence,
				     const volatile uint64_t *done);
	void *context;
};

/** A mailbox in mapped memory. The layout is what it said when attached. */
struct mailbox {
	struct fathom_mailbox *shared;
	uint32_t request_offset;
	uint32_t request_capacity;
	uint32_t reply_offset;
	uint32_t reply_capacity;
	uint64_t owner;		 /* what the last claim of ours wrote */
	unsigned int timeout_ms; /* for the agent to answer one call */
	/*
	 * After this time without a change, whoever owns the mailbox is taken
	 * to be dead: longer than any carrier keeps it. After twice the time
	 * a claim is given up.
	 */
	unsigned int steal_ms;
};

/** Defaults of struct mailbox. */
#define MAILBOX_TIMEOUT_MS 4000u
#define MAILBOX_STEAL_MS   8000u

/**
 * Check the header and remember the layout.
 *
 * @param[in] memory The mailbox, mapped shared and writable; stays the
 * caller's.
 * @param[in] size Bytes of it.
 */
struct fathom_error *mailbox_attach(struct mailbox *mailbox, void *memory,
				    size_t size);

/**
 * Carry one message. Takes at most twice steal_ms, to get the mailbox, and
 * timeout_ms for the call.
 *
 * @param[in] message,size 1 to request_capacity bytes.
 * @param[out] reply,capacity
 * @param[out] reply_size 0 if the agent kept silent.
 * @return NULL; FATHOM_ERROR_TARGET if the agent does not answer, or somebody
 * disturbed; FATHOM_ERROR_PROTOCOL if the mailbox is no more what it was.
 */
struct fathom_error *mailbox_exchange(struct mailbox *mailbox,
				      const struct mailbox_bell *bell,
				      const void *message, size_t size,
				      void *reply, size_t capacity,
				      size_t *reply_size);

#endif /* FATHOM_HOST_MAILBOX_H */
