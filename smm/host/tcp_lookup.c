/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Names of hosts: see tcp_lookup.h. */
#include "tcp_lookup.h"

#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tcp_address.h"

/* RFC 1035, 2.3.4. */
#define MAX_NAME 255

/*
 * Whether @text is a name and a port. What has the shape of an address is one,
 * or wrong.
 */
static bool split(const char *text, char name[MAX_NAME + 1], const char **port)
{
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;

	if (!length || length > MAX_NAME ||
	    strspn(text, "0123456789.") == length || strpbrk(text, "[] ") ||
	    memchr(text, ':', length))
		return false;
	memcpy(name, text, length);
	name[length] = '\0';
	*port = colon + 1;
	return true;
}

static bool is_port(const char *port)
{
	struct sockaddr_storage address;
	struct fathom_error *error;
	char text[32];
	socklen_t size;
	bool good;

	if (strlen(port) > 5)
		return false;
	snprintf(text, sizeof(text), "127.0.0.1:%s", port);
	error = tcp_address_parse(text, &address, &size);
	good = !error;
	fathom_error_destroy(error);
	return good;
}

static void copy(const struct addrinfo *list, struct tcp_address *ret,
		 size_t max, size_t *count)
{
	for (*count = 0; list && *count < max; list = list->ai_next) {
		if (list->ai_addrlen > sizeof(ret->storage))
			continue;
		memset(&ret[*count], 0, sizeof(*ret));
		memcpy(&ret[*count].storage, list->ai_addr, list->ai_addrlen);
		ret[*count].size = list->ai_addrlen;
		(*count)++;
	}
}

struct fathom_error *tcp_lookup(const char *text, struct tcp_address *ret,
				size_t max, size_t *count)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	char name[MAX_NAME + 1];
	struct addrinfo *list;
	const char *port;
	int reason;

	*count = 1;
	if (!split(text, name, &port) || !is_port(port))
		return tcp_address_parse(text, &ret->storage, &ret->size);
	reason = getaddrinfo(name, port, &hints, &list);
	if (reason)
		return fathom_error_create(FATHOM_ERROR_TARGET,
					   "%s: cannot look up the name: %s",
					   text, gai_strerror(reason));
	copy(list, ret, max, count);
	freeaddrinfo(list);
	return *count ? NULL
		      : fathom_error_create(FATHOM_ERROR_TARGET,
					    "%s: the name has no address",
					    text);
}
