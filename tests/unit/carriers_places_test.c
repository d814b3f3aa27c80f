/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The relay's places: who has one, who must go, what strangers may ask. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "relay_client.h"
#include "relay_fixture.h"
#include "test_clock.h"

#include <cmocka.h>

static void places_are_limited(void **state)
{
	struct relay_fixture *relay = *state;
	int clients[4];
	int newcomer;
	double begun;
	int i;

	for (i = 0; i < 4; i++) {
		clients[i] = relay_client_connect(relay);
		relay_client_converse(clients[i], (uint8_t)i);
		sleep_ms(20);
	}
	newcomer = relay_client_connect(relay);
	begun = seconds();
	relay_client_converse(newcomer, 9);
	assert_true(seconds() - begun > 0.5);
	/* The one that was idle longest made room, and no other. */
	relay_client_expect_end(clients[0]);
	for (i = 1; i < 4; i++) {
		relay_client_converse(clients[i], (uint8_t)i);
		close(clients[i]);
	}
	close(newcomer);
}

#define STRANGERS 8

/* Only who says this byte has a key. */
#define KEY 'k'

static size_t answer_to_key(void *context, const void *message, size_t size,
			    const void **reply)
{
	if (!size || *(const char *)message != KEY)
		return 0;
	return fake_firmware_invert(context, message, size, reply);
}

/* Garbage, again and again; who is hung up on comes back. */
static void strangers_talk(const struct relay_fixture *relay,
			   int strangers[STRANGERS])
{
	static const char garbage[] = {1, 0, 0, 0, 'x'};
	size_t i;

	for (i = 0; i < STRANGERS; i++) {
		char bytes[64];

		while (recv(strangers[i], bytes, sizeof(bytes), MSG_DONTWAIT) >
		       0)
			;
		if (send(strangers[i], garbage, sizeof(garbage),
			 MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
		    errno != EAGAIN) {
			close(strangers[i]);
			strangers[i] = relay_client_connect(relay);
		}
	}
}

/*
 * Strangers who never stop talking have neither a known client's place, nor all
 * the time of the CPUs; and somebody new who has a key gets through to it.
 */
static void strangers_who_talk(void **state)
{
	struct relay_fixture *relay = *state;
	int strangers[STRANGERS];
	int known;
	int newcomer;
	double begun;
	size_t i;

	relay->firmware.answer = answer_to_key;
	relay_fixture_start(relay);
	known = relay_client_connect(relay);
	relay_client_converse(known, KEY);
	for (i = 0; i < STRANGERS; i++)
		strangers[i] = relay_client_connect(relay);
	begun = seconds();
	while (seconds() - begun < 2.5) {
		strangers_talk(relay, strangers);
		sleep_ms(5);
	}
	assert_true(relay->firmware.calls <=
		    SERVER_STRANGER_CALLS * (seconds() - begun + 1) + 1);
	assert_true(relay->firmware.calls > SERVER_STRANGER_CALLS);
	relay_client_converse(known, KEY);
	newcomer = relay_client_connect(relay);
	relay_client_say(newcomer, "k", 1);
	for (begun = seconds(); seconds() - begun < 2.5;) {
		strangers_talk(relay, strangers);
		sleep_ms(5);
	}
	assert_int_equal(recv(newcomer, (char[5]){0}, 5, MSG_DONTWAIT), 5);
	relay_client_converse(known, KEY);
	for (i = 0; i < STRANGERS; i++)
		close(strangers[i]);
	close(newcomer);
	close(known);
}

static void many_clients(void **state)
{
	struct relay_fixture *relay = *state;
	int i;

	for (i = 0; i < 200; i++)
		relay_client_works(relay);
	assert_int_equal(relay->firmware.calls, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RELAY_UNSTARTED(strangers_who_talk),
		RELAY_STARTED(places_are_limited),
		RELAY_STARTED(many_clients),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
