/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Addresses of TCP sockets as users write them.
 */
#ifndef FATHOM_HOST_TCP_ADDRESS_H
#define FATHOM_HOST_TCP_ADDRESS_H

#include <sys/socket.h>

#include <fathom/error.h>

/**
 * Understand "192.0.2.1:4711" or "[2001:db8::1]:4711". Names are not looked up:
 * who answers for them is another matter of trust, and takes unbounded time.
 *
 * @param[out] size Bytes of the address in @p ret.
 */
struct fathom_error *tcp_address_parse(const char *text,
				       struct sockaddr_storage *ret,
				       socklen_t *size);

#endif /* FATHOM_HOST_TCP_ADDRESS_H */
