/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The agent's side of a mailbox, for tests of carriers: what the SMI handler
 * does, in a thread, and whatever it should not do.
 */
#ifndef FAKE_FIRMWARE_H
#define FAKE_FIRMWARE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/mailbox.h>

#include "mailbox.h"

#define FAKE_REQUESTS	  (68u * 1024)
#define FAKE_REPLIES	  (516u * 1024)
#define FAKE_MAILBOX_SIZE (4096u + FAKE_REQUESTS + FAKE_REPLIES)

struct fake_firmware {
	struct fathom_mailbox *mailbox; /* FAKE_MAILBOX_SIZE bytes */
	/**
	 * Answer one message.
	 *
	 * @param[out] reply Valid until the next message.
	 * @return Bytes of the reply.
	 */
	size_t (*answer)(void *context, const void *message, size_t size,
			 const void **reply);
	void *context;
	/* How it shall behave; to be set while nobody rings. */
	_Atomic unsigned int deaf;     /* SMIs that are lost */
	_Atomic unsigned int delay_ms; /* before the answer */
	uint32_t claimed_size;	       /* of the reply, if not 0 */
	/** Called when a call is done, before the carrier sees that. */
	void (*meddle)(struct fake_firmware *firmware);

	/* What happened. */
	_Atomic unsigned int rings;
	_Atomic unsigned int calls;
	_Atomic unsigned int short_calls; /* requests of a size out of bounds */

	/* Its own. */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t bell;
	bool rung;
	bool end;
	uint64_t answered;
	uint8_t request[FAKE_REQUESTS];
};

/** The header as the firmware leaves it at boot. */
void fake_firmware_format(void *memory);

/** One SMI, served in the caller's thread. */
void fake_firmware_smi(struct fake_firmware *firmware);

/** Serve SMIs in a thread; mailbox and answer are set. */
void fake_firmware_start(struct fake_firmware *firmware);
void fake_firmware_stop(struct fake_firmware *firmware);

/**
 * Raises the SMI of a firmware that was started: of struct mailbox_bell.
 *
 * @param[in] context The struct fake_firmware.
 */
struct fathom_error *fake_firmware_ring(void *context, uint64_t sequence,
					const volatile uint64_t *done);

/** Answers each message with its bytes inverted. */
size_t fake_firmware_invert(void *context, const void *message, size_t size,
			    const void **reply);

#endif /* FAKE_FIRMWARE_H */
