/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* See relay_fixture.h. */
#include "relay_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent_client.h"
#include "listener.h"

#include <cmocka.h>

static struct fathom_error *exchange(void *context, const void *message,
				     size_t size, void *reply, size_t capacity,
				     size_t *reply_size)
{
	struct relay_fixture *relay = context;

	return mailbox_exchange(&relay->mailbox, &relay->bell, message, size,
				reply, capacity, reply_size);
}

static void on_signal(int number)
{
	(void)number;
}

struct relay_fixture *relay_fixture_new(void)
{
	struct relay_fixture *relay = calloc(1, sizeof(*relay));
	const struct sigaction action = {.sa_handler = on_signal};

	assert_non_null(relay);
	strcpy(relay->directory, "/tmp/fathom-relay-test-XXXXXX");
	assert_non_null(mkdtemp(relay->directory));
	snprintf(relay->socket, sizeof(relay->socket), "%s/relay.sock",
		 relay->directory);
	relay->firmware.mailbox = aligned_alloc(4096, FAKE_MAILBOX_SIZE);
	assert_non_null(relay->firmware.mailbox);
	fake_firmware_format(relay->firmware.mailbox);
	relay->firmware.answer = fake_firmware_invert;
	relay->bell.ring = fake_firmware_ring;
	relay->bell.context = &relay->firmware;
	sigaction(SIGUSR1, &action, NULL);
	sigemptyset(&relay->waiting_mask);
	relay->settings = (struct server_settings){
		.listeners = {-1, -1, -1, -1},
		.max_clients = 4,
		.idle_ms = 60000,
		.max_message = FAKE_REQUESTS,
		.max_reply = FAKE_REPLIES,
		.exchange = exchange,
		.context = relay,
		.stop = &relay->stop,
		.waiting_mask = &relay->waiting_mask,
	};
	return relay;
}

static void *serve(void *context)
{
	struct relay_fixture *relay = context;

	relay->ended_with = server_run(relay->server);
	return NULL;
}

/* The signal is blocked in the server's thread but while it waits. */
void relay_fixture_start(struct relay_fixture *relay)
{
	sigset_t signals;
	sigset_t before;

	client_no_error(mailbox_attach(&relay->mailbox, relay->firmware.mailbox,
				       FAKE_MAILBOX_SIZE));
	relay->mailbox.timeout_ms = 3000;
	client_no_error(listener_open(relay->socket, 0600, getuid(), getgid(),
				      &relay->settings.listeners[0]));
	client_no_error(server_create(&relay->settings, &relay->server));
	fake_firmware_start(&relay->firmware);
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &signals, &before);
	assert_int_equal(pthread_create(&relay->thread, NULL, serve, relay), 0);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct fathom_error *relay_fixture_stop(struct relay_fixture *relay)
{
	relay->stop = 1;
	pthread_kill(relay->thread, SIGUSR1);
	pthread_join(relay->thread, NULL);
	server_destroy(relay->server);
	relay->server = NULL;
	close(relay->settings.listeners[0]);
	if (relay->settings.listeners[1] >= 0)
		close(relay->settings.listeners[1]);
	fake_firmware_stop(&relay->firmware);
	return relay->ended_with;
}

void relay_fixture_free(struct relay_fixture *relay)
{
	if (relay->server)
		client_no_error(relay_fixture_stop(relay));
	unlink(relay->socket);
	assert_int_equal(rmdir(relay->directory), 0);
	free(relay->firmware.mailbox);
	free(relay);
}

int relay_fixture_setup(void **state)
{
	*state = relay_fixture_new();
	return 0;
}

int relay_fixture_setup_started(void **state)
{
	*state = relay_fixture_new();
	relay_fixture_start(*state);
	return 0;
}

int relay_fixture_teardown(void **state)
{
	relay_fixture_free(*state);
	return 0;
}
