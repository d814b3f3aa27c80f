/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Options of TCP sockets: see tcp_options.h. */
#include "tcp_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>

int tcp_options_set(int fd)
{
	static const struct {
		int level;
		int name;
		int value;
	} options[] = {
		{IPPROTO_TCP, TCP_NODELAY, 1},
		{SOL_SOCKET, SO_KEEPALIVE, 1},
		{IPPROTO_TCP, TCP_KEEPIDLE, 30},	/* seconds */
		{IPPROTO_TCP, TCP_KEEPINTVL, 10},	/* seconds */
		{IPPROTO_TCP, TCP_KEEPCNT, 3},		/* probes */
		{IPPROTO_TCP, TCP_USER_TIMEOUT, 60000}, /* ms */
	};
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (setsockopt(fd, options[i].level, options[i].name,
			       &options[i].value, sizeof(options[i].value)))
			return -1;
	}
	return 0;
}
