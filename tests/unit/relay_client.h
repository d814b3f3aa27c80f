/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A client of the relay's by hand, which nothing keeps waiting for more than 5
 * s.
 */
#ifndef RELAY_CLIENT_H
#define RELAY_CLIENT_H

#include <stdint.h>

#include "relay_fixture.h"

/** @return A connection, for the caller to close. */
int relay_client_connect(const struct relay_fixture *relay);

/** Send a message. */
void relay_client_say(int fd, const void *message, uint32_t size);

/** Expect a reply of this size. */
void relay_client_hear(int fd, void *reply, uint32_t size);

/** Expect to be hung up on; closes. */
void relay_client_expect_end(int fd);

/** Send a byte, and expect what fake_firmware_invert() makes of it. */
void relay_client_converse(int fd, uint8_t byte);

/** Somebody who comes now is served. */
void relay_client_works(const struct relay_fixture *relay);

#endif /* RELAY_CLIENT_H */
