/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Addresses of TCP sockets: see tcp_address.h. */
#include "tcp_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* strtoul() accepts signs and spaces; we do not. */
static bool parse_port(const char *text, in_port_t *port)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end || !value ||
	    value > UINT16_MAX)
		return false;
	*port = htons((uint16_t)value);
	return true;
}

static bool parse_4(const char *host, in_port_t port,
		    struct sockaddr_storage *ret, socklen_t *size)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = port};

	if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
		return false;
	memcpy(ret, &address, sizeof(address));
	*size = sizeof(address);
	return true;
}

static bool parse_6(const char *host, in_port_t port,
		    struct sockaddr_storage *ret, socklen_t *size)
{
	struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_port = port,
	};

	if (inet_pton(AF_INET6, host, &address.sin6_addr) != 1)
		return false;
	memcpy(ret, &address, sizeof(address));
	*size = sizeof(address);
	return true;
}

static bool parse(const char *text, struct sockaddr_storage *ret,
		  socklen_t *size)
{
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN];
	size_t length = colon ? (size_t)(colon - text) : 0;
	bool brackets = length > 2 && text[0] == '[' && colon[-1] == ']';
	in_port_t port;

	if (!length || !parse_port(colon + 1, &port))
		return false;
	if (brackets) {
		text++;
		length -= 2;
	}
	if (length >= sizeof(host))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	memset(ret, 0, sizeof(*ret));
	return brackets ? parse_6(host, port, ret, size)
			: parse_4(host, port, ret, size);
}

struct fathom_error *tcp_address_parse(const char *text,
				       struct sockaddr_storage *ret,
				       socklen_t *size)
{
	if (parse(text, ret, size))
		return NULL;
	return fathom_error_create(
		FATHOM_ERROR_INVALID_ARGUMENT,
		"%s: not an address and a port, as 192.0.2.1:4711 or [2001:db8::1]:4711",
		text);
}
