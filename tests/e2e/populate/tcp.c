/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * TCP in each of its states, over IPv4 and IPv6. Where a state needs a peer
 * that does not answer, there is none: its address is behind a dummy interface,
 * which the test has set up. What such a peer says is put together here.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "populate.h"

/* Where the peer's numbers begin, and ours. */
#define THEIR_SEQUENCE 1000
#define OUR_SEQUENCE   2000

struct family {
	int number;
	socklen_t size;
	const char *loopback, *here, *there;
};

static const struct family families[] = {
	{AF_INET, sizeof(struct sockaddr_in), "127.0.0.1", "10.9.9.1",
	 "10.9.9.2"},
	{AF_INET6, sizeof(struct sockaddr_in6), "::1", "fd09::1", "fd09::2"},
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static union address address_of(const struct family *family, const char *text,
				uint16_t port)
{
	union address ret = {};
	void *to = family->number == AF_INET ? (void *)&ret.v4.sin_addr
					     : (void *)&ret.v6.sin6_addr;

	ret.any.sa_family = (sa_family_t)family->number;
	/* In both it is at the same place. */
	ret.v4.sin_port = htons(port);
	if (inet_pton(family->number, text, to) != 1)
		die(text);
	return ret;
}

static int new_socket(const struct family *family)
{
	return (int)must(socket(family->number, SOCK_STREAM, 0), "socket");
}

static void set(int fd, int level, int option, int value)
{
	must(setsockopt(fd, level, option, &value, sizeof(value)),
	     "setsockopt");
}

static int bound_socket(const struct family *family, const char *text,
			uint16_t port)
{
	const union address address = address_of(family, text, port);
	int fd = new_socket(family);

	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	must(bind(fd, &address.any, family->size), text);
	return fd;
}

static int listening_socket(const struct family *family, const char *text,
			    uint16_t port)
{
	int fd = bound_socket(family, text, port);

	must(listen(fd, 10), "listen");
	return fd;
}

/* A connection to ourselves, both ends; its listener remains or not. */
static void connect_pair(const struct family *family, int *client, int *server)
{
	union address address;
	socklen_t size = sizeof(address);
	int listener = listening_socket(family, family->loopback, 0);

	must(getsockname(listener, &address.any, &size), "getsockname");
	*client = new_socket(family);
	must(connect(*client, &address.any, family->size), "connect");
	*server = (int)must(accept(listener, NULL, NULL), "accept");
	close(listener);
}

/* --- What the peer says --------------------------------------------------- */

static uint32_t add_words(const void *bytes, size_t size, uint32_t sum)
{
	const uint16_t *words = bytes;

	for (size_t i = 0; i < size / 2; i++)
		sum += words[i];
	return sum;
}

static uint16_t checksum(const void *from, const void *to, size_t size,
			 const struct tcphdr *segment)
{
	uint32_t sum = add_words(from, size, 0);

	sum = add_words(to, size, sum);
	sum = add_words(segment, sizeof(*segment), sum);
	sum += htons(IPPROTO_TCP) + htons(sizeof(*segment));
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~(sum + (sum >> 16));
}

static size_t fill_packet4(void *packet, const struct family *family,
			   struct tcphdr *segment)
{
	struct iphdr header = {
		.version = 4,
		.ihl = sizeof(header) / 4,
		.ttl = 64,
		.protocol = IPPROTO_TCP,
		.saddr = inet_addr(family->there),
		.daddr = inet_addr(family->here),
	};

	segment->check = checksum(&header.saddr, &header.daddr,
				  sizeof(header.saddr), segment);
	memcpy(packet, &header, sizeof(header));
	memcpy((char *)packet + sizeof(header), segment, sizeof(*segment));
	return sizeof(header) + sizeof(*segment);
}

static size_t fill_packet6(void *packet, const struct family *family,
			   struct tcphdr *segment)
{
	struct ip6_hdr header = {
		.ip6_flow = htonl(6u << 28),
		.ip6_plen = htons(sizeof(*segment)),
		.ip6_nxt = IPPROTO_TCP,
		.ip6_hlim = 64,
		.ip6_src = address_of(family, family->there, 0).v6.sin6_addr,
		.ip6_dst = address_of(family, family->here, 0).v6.sin6_addr,
	};

	segment->check = checksum(&header.ip6_src, &header.ip6_dst,
				  sizeof(header.ip6_src), segment);
	memcpy(packet, &header, sizeof(header));
	memcpy((char *)packet + sizeof(header), segment, sizeof(*segment));
	return sizeof(header) + sizeof(*segment);
}

/* Without a sequence number of ours, none is acknowledged. */
static void let_peer_say(const struct family *family, uint16_t port, int flags,
			 uint32_t ours)
{
	const union address to = address_of(family, family->here, 0);
	struct tcphdr segment = {
		.source = htons(port),
		.dest = htons(port),
		.seq = htonl(THEIR_SEQUENCE),
		.ack_seq = htonl(ours),
		.ack = ours != 0,
		.doff = sizeof(segment) / 4,
		.fin = flags == TH_FIN,
		.syn = flags == TH_SYN,
		.window = htons(1000),
	};
	int fd = (int)must(socket(family->number, SOCK_RAW, IPPROTO_RAW),
			   "raw socket");
	char packet[128];
	size_t size;

	if (family->number == AF_INET)
		size = fill_packet4(packet, family, &segment);
	else
		size = fill_packet6(packet, family, &segment);
	must(sendto(fd, packet, size, 0, &to.any, family->size),
	     "the peer's packet");
	close(fd);
}

/* --- One state each ------------------------------------------------------- */

/* A connection with a peer that is not there: as if restored after a freeze. */
static int restored_socket(const struct family *family, uint16_t port)
{
	const union address there = address_of(family, family->there, port);
	int fd = bound_socket(family, family->here, port);

	set(fd, IPPROTO_TCP, TCP_REPAIR, 1);
	set(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
	set(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, OUR_SEQUENCE);
	set(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_RECV_QUEUE);
	set(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, THEIR_SEQUENCE);
	must(connect(fd, &there.any, family->size), "connect, restored");
	set(fd, IPPROTO_TCP, TCP_REPAIR, 0);
	return fd;
}

static void be_syn_sent(const struct family *family, uint16_t port)
{
	const union address there = address_of(family, family->there, port);
	int fd = bound_socket(family, family->here, port);

	must(fcntl(fd, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
	if (!connect(fd, &there.any, family->size) || errno != EINPROGRESS)
		die("connect to nobody");
}

/* One that somebody begins with, and one that both begin with. */
static void be_syn_received(const struct family *family)
{
	listening_socket(family, family->here, 1001);
	let_peer_say(family, 1001, TH_SYN, 0);
	be_syn_sent(family, 1002);
	let_peer_say(family, 1002, TH_SYN, 0);
}

static void be_closing(const struct family *family)
{
	int fd = restored_socket(family, 1003);

	must(shutdown(fd, SHUT_WR), "shutdown");
	let_peer_say(family, 1003, TH_FIN, OUR_SEQUENCE);
}

static void be_last_ack(const struct family *family)
{
	int fd = restored_socket(family, 1004);

	let_peer_say(family, 1004, TH_FIN, OUR_SEQUENCE);
	must(shutdown(fd, SHUT_WR), "shutdown");
}

/* With an owner, and without one. */
static void be_fin_wait_1(const struct family *family)
{
	int fd = restored_socket(family, 1005);

	must(shutdown(fd, SHUT_WR), "shutdown");
	close(restored_socket(family, 1006));
}

/* One end waits for the other, which has not closed: CLOSE_WAIT. */
static void be_fin_wait_2(const struct family *family)
{
	int client, server;

	connect_pair(family, &client, &server);
	must(shutdown(client, SHUT_WR), "shutdown");
}

/* Unread, unsent, unaccepted, with timers. */
static void be_established(const struct family *family)
{
	const union address address =
		address_of(family, family->loopback, 1007);
	static const char bytes[1 << 20];
	int client, server;

	connect_pair(family, &client, &server);
	must(write(client, "unread", 6), "write");
	set(server, SOL_SOCKET, SO_KEEPALIVE, 1);
	connect_pair(family, &client, &server);
	must(fcntl(client, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
	while (write(client, bytes, sizeof(bytes)) > 0)
		;
	listening_socket(family, family->loopback, 1007);
	must(connect(new_socket(family), &address.any, family->size),
	     "connect");
	must(write(restored_socket(family, 1008), "unsent", 6), "write");
}

static void have_states(void *argument)
{
	const struct family *family = argument;

	be_established(family);
	be_syn_sent(family, 1000);
	be_syn_received(family);
	be_fin_wait_1(family);
	be_fin_wait_2(family);
	be_closing(family);
	be_last_ack(family);
}

/* IPv4 through a socket of IPv6. */
static void have_mapped(void *argument)
{
	const union address address =
		address_of(&families[0], "127.0.0.1", 1009);

	(void)argument;
	listening_socket(&families[1], "::", 1009);
	must(connect(new_socket(&families[0]), &address.any, families[0].size),
	     "connect to a mapped address");
}

/* TIME_WAIT, and FIN_WAIT2 without an owner, whose other end lives on. */
static void leave_behind(const struct family *family)
{
	int client, server;

	connect_pair(family, &client, &server);
	close(client);
	close(server);
	connect_pair(family, &client, &server);
	close(client);
}

static void have_left_behind(void *argument)
{
	(void)argument;
	must(prctl(PR_SET_NAME, "passing"), "PR_SET_NAME");
	bring_up_loopback();
	leave_behind(&families[0]);
	leave_behind(&families[1]);
}

void start_passing(void)
{
	/* What ends soon is to be seen by this process only. */
	start_in(CLONE_NEWNET, have_left_behind, NULL);
}

void start_tcp(void)
{
	/* Hours, until who retries gives up. */
	write_text("/proc/sys/net/ipv4/tcp_syn_retries", "100");
	write_text("/proc/sys/net/ipv4/tcp_synack_retries", "100");
	write_text("/proc/sys/net/ipv4/tcp_orphan_retries", "100");
	write_text("/proc/sys/net/ipv4/tcp_retries2", "100");
	start(have_states, (void *)&families[0]);
	start(have_states, (void *)&families[1]);
	start(have_mapped, NULL);
}
