/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* See fake_firmware.h. */
#include "fake_firmware.h"
#include "test_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void fake_firmware_format(void *memory)
{
	const struct fathom_mailbox mailbox = {
		.magic = FATHOM_MAILBOX_MAGIC,
		.version = FATHOM_MAILBOX_VERSION,
		.size = FAKE_MAILBOX_SIZE,
		.request_offset = 4096,
		.request_capacity = FAKE_REQUESTS,
		.reply_offset = 4096 + FAKE_REQUESTS,
		.reply_capacity = FAKE_REPLIES,
	};

	memcpy(memory, &mailbox, sizeof(mailbox));
}

static void put_reply(struct fake_firmware *firmware, const void *reply,
		      size_t size)
{
	struct fathom_mailbox *mailbox = firmware->mailbox;

	if (size)
		memcpy((char *)mailbox + 4096 + FAKE_REQUESTS, reply, size);
	mailbox->reply_size = firmware->claimed_size ? firmware->claimed_size
						     : (uint32_t)size;
	mailbox->cycles = 1;
	if (firmware->meddle)
		firmware->meddle(firmware);
}

static void serve(struct fake_firmware *firmware, uint64_t sequence)
{
	struct fathom_mailbox *mailbox = firmware->mailbox;
	uint32_t size = mailbox->request_size;
	const void *reply = NULL;
	size_t reply_size = 0;

	firmware->calls++;
	if (firmware->delay_ms)
		sleep_ms(firmware->delay_ms);
	if (!size || size > FAKE_REQUESTS) {
		firmware->short_calls++;
	} else {
		memcpy(firmware->request, (char *)mailbox + 4096, size);
		reply_size = firmware->answer(firmware->context,
					      firmware->request, size, &reply);
	}
	put_reply(firmware, reply, reply_size);
	firmware->answered = sequence;
	__atomic_store_n(&mailbox->done, sequence, __ATOMIC_RELEASE);
}

void fake_firmware_smi(struct fake_firmware *firmware)
{
	uint64_t sequence =
		__atomic_load_n(&firmware->mailbox->sequence, __ATOMIC_ACQUIRE);

	if (firmware->deaf) {
		firmware->deaf--;
		return;
	}
	if (sequence != firmware->answered)
		serve(firmware, sequence);
}

static void *run(void *context)
{
	struct fake_firmware *firmware = context;

	pthread_mutex_lock(&firmware->lock);
	while (!firmware->end) {
		if (!firmware->rung) {
			pthread_cond_wait(&firmware->bell, &firmware->lock);
			continue;
		}
		firmware->rung = false;
		pthread_mutex_unlock(&firmware->lock);
		fake_firmware_smi(firmware);
		pthread_mutex_lock(&firmware->lock);
	}
	pthread_mutex_unlock(&firmware->lock);
	return NULL;
}

void fake_firmware_start(struct fake_firmware *firmware)
{
	pthread_mutex_init(&firmware->lock, NULL);
	pthread_cond_init(&firmware->bell, NULL);
	assert_int_equal(pthread_create(&firmware->thread, NULL, run, firmware),
			 0);
}

void fake_firmware_stop(struct fake_firmware *firmware)
{
	pthread_mutex_lock(&firmware->lock);
	firmware->end = true;
	pthread_cond_signal(&firmware->bell);
	pthread_mutex_unlock(&firmware->lock);
	pthread_join(firmware->thread, NULL);
	pthread_mutex_destroy(&firmware->lock);
	pthread_cond_destroy(&firmware->bell);
}

struct fathom_error *fake_firmware_ring(void *context, uint64_t sequence,
					const volatile uint64_t *done)
{
	struct fake_firmware *firmware = context;

	(void)sequence;
	(void)done;
	pthread_mutex_lock(&firmware->lock);
	firmware->rings++;
	firmware->rung = true;
	pthread_cond_signal(&firmware->bell);
	pthread_mutex_unlock(&firmware->lock);
	return NULL;
}

size_t fake_firmware_invert(void *context, const void *message, size_t size,
			    const void **reply)
{
	static uint8_t inverted[FAKE_REQUESTS];
	const uint8_t *bytes = message;
	size_t i;

	(void)context;
	for (i = 0; i < size; i++)
		inverted[i] = (uint8_t)~bytes[i];
	*reply = inverted;
	return size;
}
