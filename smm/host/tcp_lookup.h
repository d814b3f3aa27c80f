/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * TCP addresses by name. Apart from tcp_address.h since servers, which are
 * static programs or have no business with name servers, do without.
 */
#ifndef FATHOM_HOST_TCP_LOOKUP_H
#define FATHOM_HOST_TCP_LOOKUP_H

#include <stddef.h>
#include <sys/socket.h>

#include <fathom/error.h>

struct tcp_address {
	struct sockaddr_storage storage;
	socklen_t size;
};

/**
 * What tcp_address_parse() understands, or "HOST:PORT", whose name is looked
 * up: it takes as long as resolv.conf(5) says. Whoever answers for the name
 * can lead nowhere else than to a way to the agent, or to none.
 *
 * @param[out] ret Room for @p max.
 * @param[out] count Of them, in the order in which to try them; at least 1.
 */
struct fathom_error *tcp_lookup(const char *text, struct tcp_address *ret,
				size_t max, size_t *count);

#endif /* FATHOM_HOST_TCP_LOOKUP_H */
