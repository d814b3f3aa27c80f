/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The carrier's side of the mailbox, against a firmware that may be absent,
 * slow, or not alone.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "agent_client.h"
#include "fake_firmware.h"
#include "test_clock.h"

#include <cmocka.h>

struct fixture {
	struct fake_firmware firmware;
	struct mailbox mailbox;
	struct mailbox_bell bell;
	uint8_t reply[FAKE_REPLIES];
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	fixture->firmware.mailbox = aligned_alloc(4096, FAKE_MAILBOX_SIZE);
	fixture->firmware.answer = fake_firmware_invert;
	assert_non_null(fixture->firmware.mailbox);
	fake_firmware_format(fixture->firmware.mailbox);
	fake_firmware_start(&fixture->firmware);
	client_no_error(mailbox_attach(&fixture->mailbox,
				       fixture->firmware.mailbox,
				       FAKE_MAILBOX_SIZE));
	fixture->bell.ring = fake_firmware_ring;
	fixture->bell.context = &fixture->firmware;
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	fake_firmware_stop(&fixture->firmware);
	free(fixture->firmware.mailbox);
	free(fixture);
	return 0;
}

static struct fathom_error *call(struct fixture *fixture, const char *text,
				 size_t *size)
{
	return mailbox_exchange(&fixture->mailbox, &fixture->bell, text,
				strlen(text), fixture->reply,
				sizeof(fixture->reply), size);
}

static void works(struct fixture *fixture)
{
	const char text[] = "a message";
	size_t size = 0;
	size_t i;

	client_no_error(call(fixture, text, &size));
	assert_int_equal(size, strlen(text));
	for (i = 0; i < size; i++)
		assert_int_equal(fixture->reply[i], (uint8_t)~text[i]);
	assert_int_equal(fixture->firmware.mailbox->owner, 0);
}

static void carries(void **state)
{
	works(*state);
	works(*state);
}

static void largest_and_smallest(void **state)
{
	struct fixture *fixture = *state;
	static uint8_t message[FAKE_REQUESTS + 1];
	size_t size = 0;

	client_no_error(mailbox_exchange(&fixture->mailbox, &fixture->bell,
					 message, FAKE_REQUESTS, fixture->reply,
					 sizeof(fixture->reply), &size));
	assert_int_equal(size, FAKE_REQUESTS);
	client_error_says(mailbox_exchange(&fixture->mailbox, &fixture->bell,
					   message, FAKE_REQUESTS + 1,
					   fixture->reply,
					   sizeof(fixture->reply), &size),
			  "takes 1 to");
	client_error_says(mailbox_exchange(&fixture->mailbox, &fixture->bell,
					   message, 0, fixture->reply,
					   sizeof(fixture->reply), &size),
			  "takes 1 to");
	assert_int_equal(fixture->firmware.short_calls, 0);
	works(fixture);
}

static size_t keep_silent(void *context, const void *message, size_t size,
			  const void **reply)
{
	(void)context;
	(void)message;
	(void)size;
	(void)reply;
	return 0;
}

static void silence(void **state)
{
	struct fixture *fixture = *state;
	size_t size = 1;

	fixture->firmware.answer = keep_silent;
	client_no_error(call(fixture, "x", &size));
	assert_int_equal(size, 0);
}

/* Somebody else's SMI came in between: ours is raised again. */
static void lost_smi(void **state)
{
	struct fixture *fixture = *state;
	double begun = seconds();

	fixture->firmware.deaf = 3;
	works(fixture);
	assert_int_equal(fixture->firmware.rings, 4);
	assert_true(seconds() - begun < 1.5);
}

static void never_answers(void **state)
{
	struct fixture *fixture = *state;
	double begun = seconds();
	size_t size;

	fixture->firmware.deaf = 1000000;
	fixture->mailbox.timeout_ms = 100;
	client_error_says(call(fixture, "x", &size), "does not answer");
	assert_true(seconds() - begun < 5);
	assert_int_equal(fixture->firmware.mailbox->owner, 0);
	/* Nor is a late answer to it taken for the next one's. */
	fixture->firmware.deaf = 0;
	works(fixture);
}

static struct fathom_error *broken_bell(void *context, uint64_t sequence,
					const volatile uint64_t *done)
{
	(void)context;
	(void)sequence;
	(void)done;
	return fathom_error_create(FATHOM_ERROR_TARGET, "the bell is broken");
}

static void cannot_ring(void **state)
{
	struct fixture *fixture = *state;
	size_t size;

	fixture->bell.ring = broken_bell;
	client_error_says(call(fixture, "x", &size), "the bell is broken");
	assert_int_equal(fixture->firmware.mailbox->owner, 0);
	fixture->bell.ring = fake_firmware_ring;
	works(fixture);
}

static void reply_too_long(void **state)
{
	struct fixture *fixture = *state;
	size_t size = 0;

	fixture->firmware.claimed_size = FAKE_REPLIES + 1;
	client_error_says(call(fixture, "x", &size), "claims to hold");
	fixture->firmware.claimed_size = UINT32_MAX;
	client_error_says(call(fixture, "x", &size), "claims to hold");
	/* It would fit the mailbox, but not the caller's buffer. */
	fixture->firmware.claimed_size = 100;
	client_error_says(mailbox_exchange(&fixture->mailbox, &fixture->bell,
					   "x", 1, fixture->reply, 99, &size),
			  "100 bytes, where 99 fit");
	assert_int_equal(size, 0);
	fixture->firmware.claimed_size = 0;
	works(fixture);
}

/* A carrier that was killed in the middle of a call. */
static void dead_owner(void **state)
{
	struct fixture *fixture = *state;
	double begun = seconds();

	fixture->mailbox.steal_ms = 500;
	fixture->firmware.mailbox->owner = 0x1234;
	fixture->firmware.mailbox->sequence += 7;
	works(fixture);
	assert_true(seconds() - begun >= 0.49);
	assert_true(seconds() - begun < 5);
	begun = seconds();
	works(fixture);
	assert_true(seconds() - begun < 0.49);
}

struct holder {
	struct fathom_mailbox *mailbox;
	_Atomic bool end;
};

/* Owner after owner, so that none is ever dead. */
static void *hold(void *context)
{
	struct holder *holder = context;
	uint64_t owner = 1;

	while (!holder->end) {
		__atomic_store_n(&holder->mailbox->owner, ++owner,
				 __ATOMIC_RELEASE);
		sleep_ms(1);
	}
	__atomic_store_n(&holder->mailbox->owner, 0, __ATOMIC_RELEASE);
	return NULL;
}

static void held_for_ever(void **state)
{
	struct fixture *fixture = *state;
	struct holder holder = {.mailbox = fixture->firmware.mailbox};
	double begun = seconds();
	pthread_t thread;
	size_t size;

	holder.mailbox->owner = 1;
	fixture->mailbox.steal_ms = 100;
	assert_int_equal(pthread_create(&thread, NULL, hold, &holder), 0);
	client_error_says(call(fixture, "x", &size), "was not free for 200 ms");
	assert_true(seconds() - begun < 5);
	holder.end = true;
	pthread_join(thread, NULL);
	works(fixture);
}

static void take_over(struct fake_firmware *firmware)
{
	firmware->mailbox->owner = 99;
}

static void begin_another(struct fake_firmware *firmware)
{
	firmware->mailbox->sequence++;
}

static void thief(void **state)
{
	struct fixture *fixture = *state;
	size_t size;

	fixture->mailbox.steal_ms = 100;
	fixture->firmware.meddle = take_over;
	client_error_says(call(fixture, "x", &size), "taken by somebody else");
	/* What is the thief's is left to it. */
	assert_int_equal(fixture->firmware.mailbox->owner, 99);
	fixture->firmware.mailbox->owner = 0;
	fixture->firmware.meddle = begin_another;
	client_error_says(call(fixture, "x", &size), "taken by somebody else");
	fixture->firmware.meddle = NULL;
	works(fixture);
}

static void sequence_at_its_end(void **state)
{
	struct fixture *fixture = *state;

	fixture->firmware.mailbox->sequence = UINT64_MAX - 1;
	works(fixture);
	works(fixture);
	works(fixture);
}

/* The next number is one that seems answered already. */
static void answered_in_advance(void **state)
{
	struct fixture *fixture = *state;

	fixture->firmware.mailbox->done =
		fixture->firmware.mailbox->sequence + 1;
	works(fixture);
	assert_int_equal(fixture->firmware.calls, 1);
}

static void overwritten(void **state)
{
	struct fixture *fixture = *state;
	struct fathom_mailbox *mailbox = fixture->firmware.mailbox;
	size_t size;

	mailbox->reply_offset = UINT32_MAX;
	client_error_says(call(fixture, "x", &size), "no more what it was");
	fake_firmware_format(mailbox);
	mailbox->magic = 0;
	client_error_says(call(fixture, "x", &size), "no more what it was");
	assert_int_equal(fixture->firmware.calls, 0);
	fake_firmware_format(mailbox);
	works(fixture);
}

static void cannot_attach(struct fathom_mailbox *mailbox, const char *text)
{
	struct mailbox attached;

	client_error_says(mailbox_attach(&attached, mailbox, FAKE_MAILBOX_SIZE),
			  text);
	fake_firmware_format(mailbox);
}

static void impossible_layouts(void **state)
{
	struct fixture *fixture = *state;
	struct fathom_mailbox *mailbox = fixture->firmware.mailbox;
	struct mailbox attached;

	mailbox->magic++;
	cannot_attach(mailbox, "is not where");
	mailbox->version++;
	cannot_attach(mailbox, "unknown version");
	mailbox->size--;
	cannot_attach(mailbox, "another size");
	mailbox->request_offset = sizeof(*mailbox) - 1;
	cannot_attach(mailbox, "impossible layout");
	mailbox->request_offset = UINT32_MAX;
	cannot_attach(mailbox, "impossible layout");
	mailbox->request_capacity = UINT32_MAX;
	cannot_attach(mailbox, "impossible layout");
	mailbox->request_capacity = 8;
	cannot_attach(mailbox, "impossible layout");
	mailbox->reply_capacity++;
	cannot_attach(mailbox, "impossible layout");
	mailbox->reply_capacity = 8;
	cannot_attach(mailbox, "impossible layout");
	mailbox->reply_offset = FAKE_MAILBOX_SIZE + 1;
	cannot_attach(mailbox, "impossible layout");
	mailbox->reply_offset--;
	mailbox->reply_capacity--;
	cannot_attach(mailbox, "impossible layout");
	client_error_says(mailbox_attach(&attached, mailbox, 16),
			  "is not where");
}

#define CARRIERS 4
#define CALLS	 200

struct carrier {
	struct fixture *fixture;
	struct mailbox mailbox;
	unsigned int number;
	unsigned int good;
};

static void *carry(void *context)
{
	struct carrier *carrier = context;
	uint8_t message[64];
	uint8_t reply[64];
	unsigned int i;

	for (i = 0; i < CALLS; i++) {
		struct fathom_error *error;
		size_t size = 0;

		memset(message, (int)(carrier->number * 50 + i % 50),
		       sizeof(message));
		error = mailbox_exchange(
			&carrier->mailbox, &carrier->fixture->bell, message,
			sizeof(message), reply, sizeof(reply), &size);
		carrier->good += !error && size == sizeof(reply) &&
				 (reply[0] ^ message[0]) == 0xff &&
				 !memcmp(reply, reply + 1, sizeof(reply) - 1);
		fathom_error_destroy(error);
	}
	return NULL;
}

static void several_carriers(void **state)
{
	struct carrier carriers[CARRIERS];
	pthread_t threads[CARRIERS];
	unsigned int i;

	for (i = 0; i < CARRIERS; i++) {
		carriers[i].fixture = *state;
		carriers[i].number = i;
		carriers[i].good = 0;
		client_no_error(
			mailbox_attach(&carriers[i].mailbox,
				       carriers[i].fixture->firmware.mailbox,
				       FAKE_MAILBOX_SIZE));
		assert_int_equal(
			pthread_create(&threads[i], NULL, carry, &carriers[i]),
			0);
	}
	for (i = 0; i < CARRIERS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(carriers[i].good, CALLS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(carries, setup, teardown),
		cmocka_unit_test_setup_teardown(largest_and_smallest, setup,
						teardown),
		cmocka_unit_test_setup_teardown(silence, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_smi, setup, teardown),
		cmocka_unit_test_setup_teardown(never_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(cannot_ring, setup, teardown),
		cmocka_unit_test_setup_teardown(reply_too_long, setup,
						teardown),
		cmocka_unit_test_setup_teardown(dead_owner, setup, teardown),
		cmocka_unit_test_setup_teardown(held_for_ever, setup, teardown),
		cmocka_unit_test_setup_teardown(thief, setup, teardown),
		cmocka_unit_test_setup_teardown(sequence_at_its_end, setup,
						teardown),
		cmocka_unit_test_setup_teardown(answered_in_advance, setup,
						teardown),
		cmocka_unit_test_setup_teardown(overwritten, setup, teardown),
		cmocka_unit_test_setup_teardown(impossible_layouts, setup,
						teardown),
		cmocka_unit_test_setup_teardown(several_carriers, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
