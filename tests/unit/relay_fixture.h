/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A relay that serves, over a mailbox with a fake firmware, for tests.
 */
#ifndef RELAY_FIXTURE_H
#define RELAY_FIXTURE_H

#include <pthread.h>
#include <signal.h>

#include "fake_firmware.h"
#include "server.h"

struct relay_fixture {
	char directory[64];
	char socket[96];
	struct fake_firmware firmware;
	struct mailbox mailbox;
	struct mailbox_bell bell;
	struct server_settings settings;
	struct server *server;
	struct fathom_error *ended_with;
	sigset_t waiting_mask;
	volatile sig_atomic_t stop;
	pthread_t thread;
};

/** Four clients at most, patient ones. */
struct relay_fixture *relay_fixture_new(void);

/** Begin to serve; settings and firmware can be changed before. */
void relay_fixture_start(struct relay_fixture *relay);

/** Make it stop as SIGTERM does; NULL, or what server_run() returned. */
struct fathom_error *relay_fixture_stop(struct relay_fixture *relay);

/** Stop, too, if it still serves. */
void relay_fixture_free(struct relay_fixture *relay);

/** For cmocka: state is a relay, which already serves in the second case. */
int relay_fixture_setup(void **state);
int relay_fixture_setup_started(void **state);
int relay_fixture_teardown(void **state);

#define RELAY_UNSTARTED(test)                                      \
	cmocka_unit_test_setup_teardown(test, relay_fixture_setup, \
					relay_fixture_teardown)
#define RELAY_STARTED(test)                                                \
	cmocka_unit_test_setup_teardown(test, relay_fixture_setup_started, \
					relay_fixture_teardown)

#endif /* RELAY_FIXTURE_H */
