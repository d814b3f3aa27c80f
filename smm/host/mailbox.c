/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The carrier's side of the mailbox: see mailbox.h. */
#include "mailbox.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <fathom/seal.h>

/*
 * An SMI of ours is lost when somebody else writes to the port before the
 * handler looks there: raised again, a call costs no more than this time.
 */
#define RING_AGAIN_MS 20u

#define PAUSE_NS      20000L

/* The smallest capacities that carry a handshake. */
#define MIN_REQUEST \
	((uint32_t)sizeof(struct fathom_seal_header) + FATHOM_SEAL_HELLO_LENGTH)
#define MIN_REPLY                                      \
	((uint32_t)sizeof(struct fathom_seal_header) + \
	 FATHOM_SEAL_WELCOME_LENGTH)

static struct fathom_error *broken(const char *what)
{
	return fathom_error_create(FATHOM_ERROR_PROTOCOL, "the mailbox %s",
				   what);
}

static struct fathom_error *disturbed(void)
{
	return fathom_error_create(
		FATHOM_ERROR_TARGET,
		"the mailbox was taken by somebody else during the call");
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void pause_briefly(void)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};

	nanosleep(&pause, NULL);
}

/* Anybody may change the shared memory: each word is loaded but once. */
static uint64_t load64(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static uint32_t load32(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static bool fits(uint32_t offset, uint32_t capacity, size_t size)
{
	return offset >= sizeof(struct fathom_mailbox) && offset <= size &&
	       capacity <= size - offset;
}

static bool overlap(const struct mailbox *mailbox)
{
	return mailbox->request_offset <
		       mailbox->reply_offset + mailbox->reply_capacity &&
	       mailbox->reply_offset <
		       mailbox->request_offset + mailbox->request_capacity;
}

struct fathom_error *mailbox_attach(struct mailbox *mailbox, void *memory,
				    size_t size)
{
	struct fathom_mailbox *shared = memory;

	if (size < sizeof(*shared) ||
	    load64(&shared->magic) != FATHOM_MAILBOX_MAGIC)
		return broken("is not where the firmware said");
	if (load32(&shared->version) != FATHOM_MAILBOX_VERSION)
		return broken("has an unknown version");
	if (load32(&shared->size) != size)
		return broken("has another size than the firmware said");
	*mailbox = (struct mailbox){
		.shared = shared,
		.request_offset = load32(&shared->request_offset),
		.request_capacity = load32(&shared->request_capacity),
		.reply_offset = load32(&shared->reply_offset),
		.reply_capacity = load32(&shared->reply_capacity),
		.timeout_ms = MAILBOX_TIMEOUT_MS,
		.steal_ms = MAILBOX_STEAL_MS,
	};
	if (!fits(mailbox->request_offset, mailbox->request_capacity, size) ||
	    !fits(mailbox->reply_offset, mailbox->reply_capacity, size) ||
	    mailbox->request_capacity < MIN_REQUEST ||
	    mailbox->reply_capacity < MIN_REPLY || overlap(mailbox))
		return broken("has an impossible layout");
	/* Where to begin with the marks of our claims: others begin elsewhere.
	 */
	if (getrandom(&mailbox->owner, sizeof(mailbox->owner), 0) !=
	    sizeof(mailbox->owner))
		return fathom_error_os(errno, "no random number");
	return NULL;
}

/* A machine started anew has a mailbox of its own, perhaps elsewhere. */
static struct fathom_error *check_unchanged(const struct mailbox *mailbox)
{
	const struct fathom_mailbox *shared = mailbox->shared;

	if (load64(&shared->magic) != FATHOM_MAILBOX_MAGIC ||
	    load32(&shared->version) != FATHOM_MAILBOX_VERSION ||
	    load32(&shared->request_offset) != mailbox->request_offset ||
	    load32(&shared->request_capacity) != mailbox->request_capacity ||
	    load32(&shared->reply_offset) != mailbox->reply_offset ||
	    load32(&shared->reply_capacity) != mailbox->reply_capacity)
		return broken(
			"is no more what it was: the machine has been started anew, or somebody overwrote it");
	return NULL;
}

static bool take_from(struct mailbox *mailbox, uint64_t owner)
{
	return __atomic_compare_exchange_n(&mailbox->shared->owner, &owner,
					   mailbox->owner, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static void release(struct mailbox *mailbox)
{
	uint64_t mine = mailbox->owner;

	__atomic_compare_exchange_n(&mailbox->shared->owner, &mine, 0, false,
				    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* Each claim has a mark of its own: so a dead owner shows by its mark's age. */
static struct fathom_error *claim(struct mailbox *mailbox)
{
	uint64_t begun = now_ms();
	uint64_t seen_since = begun;
	uint64_t seen = 0;

	mailbox->owner++;
	if (!mailbox->owner)
		mailbox->owner++;
	while (now_ms() - begun < 2 * mailbox->steal_ms) {
		uint64_t owner = load64(&mailbox->shared->owner);

		if (owner != seen) {
			seen = owner;
			seen_since = now_ms();
		}
		if ((!owner || now_ms() - seen_since >= mailbox->steal_ms) &&
		    take_from(mailbox, owner))
			return NULL;
		pause_briefly();
	}
	return fathom_error_create(
		FATHOM_ERROR_TARGET,
		"the mailbox was not free for %u ms: too many callers, or somebody holds it on purpose",
		2 * mailbox->steal_ms);
}

static bool still_ours(const struct mailbox *mailbox, uint64_t sequence)
{
	return load64(&mailbox->shared->owner) == mailbox->owner &&
	       load64(&mailbox->shared->sequence) == sequence;
}

/* The sequence number makes it a call, so it comes last. */
static uint64_t put_request(struct mailbox *mailbox, const void *message,
			    size_t size)
{
	struct fathom_mailbox *shared = mailbox->shared;
	uint64_t sequence = load64(&shared->sequence) + 1;

	if (sequence == load64(&shared->done))
		sequence++;
	memcpy((char *)shared + mailbox->request_offset, message, size);
	__atomic_store_n(&shared->request_size, (uint32_t)size,
			 __ATOMIC_RELEASE);
	__atomic_store_n(&shared->sequence, sequence, __ATOMIC_RELEASE);
	return sequence;
}

static struct fathom_error *ring_until_done(struct mailbox *mailbox,
					    const struct mailbox_bell *bell,
					    uint64_t sequence)
{
	const uint64_t *done = &mailbox->shared->done;
	uint64_t begun = now_ms();
	uint64_t next_ring = begun;

	while (load64(done) != sequence) {
		uint64_t now = now_ms();
		struct fathom_error *error;

		if (now - begun >= mailbox->timeout_ms)
			return fathom_error_create(
				FATHOM_ERROR_TARGET,
				"the agent does not answer: %u ms since its SMI was raised",
				mailbox->timeout_ms);
		if (now < next_ring) {
			pause_briefly();
			continue;
		}
		error = bell->ring(bell->context, sequence, done);
		if (error)
			return error;
		next_ring = now_ms() + RING_AGAIN_MS;
	}
	return NULL;
}

/* A thief's call may have changed the reply while it was copied. */
static struct fathom_error *take_reply(struct mailbox *mailbox,
				       uint64_t sequence, void *reply,
				       size_t capacity, size_t *reply_size)
{
	const struct fathom_mailbox *shared = mailbox->shared;
	uint32_t size = load32(&shared->reply_size);

	if (!still_ours(mailbox, sequence))
		return disturbed();
	if (size > mailbox->reply_capacity || size > capacity)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"the mailbox claims to hold a reply of %" PRIu32
			" bytes, where %zu fit",
			size,
			mailbox->reply_capacity < capacity
				? (size_t)mailbox->reply_capacity
				: capacity);
	memcpy(reply, (const char *)shared + mailbox->reply_offset, size);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	if (!still_ours(mailbox, sequence))
		return disturbed();
	*reply_size = size;
	return NULL;
}

static struct fathom_error *call_claimed(struct mailbox *mailbox,
					 const struct mailbox_bell *bell,
					 const void *message, size_t size,
					 void *reply, size_t capacity,
					 size_t *reply_size)
{
	struct fathom_error *error = check_unchanged(mailbox);
	uint64_t sequence;

	if (error)
		return error;
	sequence = put_request(mailbox, message, size);
	error = ring_until_done(mailbox, bell, sequence);
	if (error)
		return error;
	return take_reply(mailbox, sequence, reply, capacity, reply_size);
}

struct fathom_error *mailbox_exchange(struct mailbox *mailbox,
				      const struct mailbox_bell *bell,
				      const void *message, size_t size,
				      void *reply, size_t capacity,
				      size_t *reply_size)
{
	struct fathom_error *error;

	if (!size || size > mailbox->request_capacity)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"a message of %zu bytes, where the mailbox takes 1 to %" PRIu32,
			size, mailbox->request_capacity);
	error = claim(mailbox);
	if (error)
		return error;
	error = call_claimed(mailbox, bell, message, size, reply, capacity,
			     reply_size);
	release(mailbox);
	return error;
}
