/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Sockets of all kinds but TCP's. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "populate.h"

static int new_socket(int family, int type, int protocol)
{
	return (int)must(socket(family, type, protocol), "socket");
}

static void bind_and_connect(int fd, const struct sockaddr *here,
			     const struct sockaddr *there, socklen_t size)
{
	must(bind(fd, here, size), "bind");
	if (there)
		must(connect(fd, there, size), "connect");
}

static void have_udp4(void *argument)
{
	const struct sockaddr_in any = {.sin_family = AF_INET,
					.sin_port = htons(5001)};
	const struct sockaddr_in here = {.sin_family = AF_INET,
					 .sin_port = htons(5002),
					 .sin_addr.s_addr =
						 htonl(INADDR_LOOPBACK)};
	int bound = new_socket(AF_INET, SOCK_DGRAM, 0);

	(void)argument;
	bind_and_connect(bound, (const struct sockaddr *)&any, NULL,
			 sizeof(any));
	/* To itself, and it does not read it. */
	bound = new_socket(AF_INET, SOCK_DGRAM, 0);
	bind_and_connect(bound, (const struct sockaddr *)&here,
			 (const struct sockaddr *)&here, sizeof(here));
	must(send(bound, "unread", 6, 0), "send");
	new_socket(AF_INET, SOCK_DGRAM, 0);
}

static void have_udp6(void *argument)
{
	const struct sockaddr_in6 any = {.sin6_family = AF_INET6,
					 .sin6_port = htons(5001)};
	const struct sockaddr_in6 here = {.sin6_family = AF_INET6,
					  .sin6_port = htons(5002),
					  .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	const int only = 1;
	int bound = new_socket(AF_INET6, SOCK_DGRAM, 0);

	(void)argument;
	must(setsockopt(bound, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)),
	     "IPV6_V6ONLY");
	bind_and_connect(bound, (const struct sockaddr *)&any, NULL,
			 sizeof(any));
	bound = new_socket(AF_INET6, SOCK_DGRAM, 0);
	bind_and_connect(bound, (const struct sockaddr *)&here,
			 (const struct sockaddr *)&here, sizeof(here));
	must(send(bound, "unread", 6, 0), "send");
}

/* Protocols that nobody speaks: 253 and 254 are for experiments. */
static void have_raw(void *argument)
{
	const struct sockaddr_in here = {.sin_family = AF_INET,
					 .sin_addr.s_addr =
						 htonl(INADDR_LOOPBACK)};
	const struct sockaddr_in6 here6 = {.sin6_family = AF_INET6,
					   .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	(void)argument;
	new_socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	new_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	bind_and_connect(new_socket(AF_INET, SOCK_RAW, 253),
			 (const struct sockaddr *)&here,
			 (const struct sockaddr *)&here, sizeof(here));
	new_socket(AF_INET6, SOCK_RAW, IPPROTO_RAW);
	bind_and_connect(new_socket(AF_INET6, SOCK_RAW, 254),
			 (const struct sockaddr *)&here6,
			 (const struct sockaddr *)&here6, sizeof(here6));
}

/* Of protocols without traffic: what is received would add up. */
static void have_packets(void *argument)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
				      .sll_protocol = htons(0x88cc),
				      .sll_ifindex = (int)if_nametoindex("lo")};

	(void)argument;
	new_socket(AF_PACKET, SOCK_RAW, 0);
	new_socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_AARP));
	must(bind(new_socket(AF_PACKET, SOCK_RAW, 0),
		  (const struct sockaddr *)&address, sizeof(address)),
	     "bind to lo");
	new_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

/* Abstract names begin with a zero, and may have zeros. */
static socklen_t name_socket(struct sockaddr_un *address, const char *name,
			     size_t length)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, name, length);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

static void listen_at(int type, const char *name, size_t length, int clients)
{
	struct sockaddr_un address;
	socklen_t size = name_socket(&address, name, length);
	int fd = new_socket(AF_UNIX, type, 0);

	must(bind(fd, (const struct sockaddr *)&address, size), name);
	if (type != SOCK_DGRAM)
		must(listen(fd, 5), "listen");
	for (int i = 0; i < clients; i++)
		must(connect(new_socket(AF_UNIX, type, 0),
			     (const struct sockaddr *)&address, size),
		     "connect");
}

#define LISTEN_AT(type, name, clients) \
	listen_at(type, name, sizeof(name) - 1, clients)

static void have_unix(void *argument)
{
	int ends[2];

	(void)argument;
	LISTEN_AT(SOCK_STREAM, "/tmp/populate/stream", 2);
	LISTEN_AT(SOCK_SEQPACKET, "/tmp/populate/with space\n\xff", 1);
	LISTEN_AT(SOCK_DGRAM, "/tmp/populate/datagrams", 2);
	LISTEN_AT(SOCK_STREAM, "\0abstract", 1);
	LISTEN_AT(SOCK_STREAM, "\0odd\n@\0\x01\xff name\0", 0);
	LISTEN_AT(SOCK_DGRAM, "", 0); /* the kernel gives it a name */
	LISTEN_AT(SOCK_STREAM, "/tmp/populate/removed", 0);
	must(unlink("/tmp/populate/removed"), "unlink");
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
	must(write(ends[0], "unread", 6), "write");
	must(shutdown(ends[1], SHUT_WR), "shutdown");
	new_socket(AF_UNIX, SOCK_STREAM, 0);
}

/* A descriptor that is under way, and in no table meanwhile. */
static void have_rights(void *argument)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec data = {.iov_base = "x", .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int ends[2], inner[2];

	(void)argument;
	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), "socketpair");
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, inner), "socketpair");
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &inner[0], sizeof(int));
	must(sendmsg(ends[0], &message, 0), "SCM_RIGHTS");
	close(inner[0]);
}

void start_sockets(void)
{
	start(have_udp4, NULL);
	start(have_udp6, NULL);
	start(have_raw, NULL);
	start(have_packets, NULL);
	start(have_unix, NULL);
	start(have_rights, NULL);
}
