/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * An SMM agent by way of a relay: relay_protocol.h over a Unix socket, or over
 * TCP. After any failure the connection is given up, lest a late reply
 * be taken for the next message's; the next message makes a new one.
 */
#include <fathom/transport.h>

#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <fathom/error.h>

#include "relay_protocol.h"
#include "tcp_address.h"
#include "transport_relay.h"

/* Between attempts to connect while the socket's queue is full. */
#define RETRY_NS 10000000L

struct relay {
	struct fathom_transport transport;
	char *path; /* or address and port: for messages */
	struct sockaddr_storage address;
	socklen_t address_size;
	int timeout_ms;		  /* of an exchange */
	int fd;			  /* -1: not connected */
	struct timespec deadline; /* CLOCK_MONOTONIC, of this exchange */
};

static struct fathom_error *failed(const struct relay *relay, const char *what)
{
	return fathom_error_create(FATHOM_ERROR_TARGET, "relay %s: %s",
				   relay->path, what);
}

static void set_deadline(struct relay *relay)
{
	struct timespec *deadline = &relay->deadline;

	clock_gettime(CLOCK_MONOTONIC, deadline);
	deadline->tv_sec += relay->timeout_ms / 1000;
	deadline->tv_nsec += relay->timeout_ms % 1000 * 1000000L;
	if (deadline->tv_nsec >= 1000000000L) {
		deadline->tv_sec++;
		deadline->tv_nsec -= 1000000000L;
	}
}

/* Milliseconds, rounded up; 0 when the deadline has passed. */
static int time_left(const struct relay *relay)
{
	struct timespec now;
	int64_t ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (int64_t)(relay->deadline.tv_sec - now.tv_sec) * 1000000000 +
	     (relay->deadline.tv_nsec - now.tv_nsec);
	return ns <= 0 ? 0 : (int)((ns + 999999) / 1000000);
}

static struct fathom_error *wait_for(const struct relay *relay, short events)
{
	struct pollfd pollfd = {.fd = relay->fd, .events = events};
	int left;

	while ((left = time_left(relay)) > 0) {
		int ready = poll(&pollfd, 1, left);

		if (ready > 0 || (ready < 0 && errno != EINTR))
			return NULL; /* if it failed, the call to come says so
				      */
	}
	return fathom_error_create(FATHOM_ERROR_TARGET,
				   "relay %s: no answer within %d ms",
				   relay->path, relay->timeout_ms);
}

static struct fathom_error *send_all(const struct relay *relay,
				     const void *data, size_t size)
{
	const char *next = data;

	while (size) {
		ssize_t sent = send(relay->fd, next, size,
				    MSG_NOSIGNAL | MSG_DONTWAIT);
		struct fathom_error *error;

		if (sent >= 0) {
			next += sent;
			size -= (size_t)sent;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return failed(relay,
				      errno == EPIPE || errno == ECONNRESET
					      ? "has hung up"
					      : strerror(errno));
		error = wait_for(relay, POLLOUT);
		if (error)
			return error;
	}
	return NULL;
}

static struct fathom_error *receive_all(const struct relay *relay, void *data,
					size_t size)
{
	char *next = data;

	while (size) {
		struct fathom_error *error = wait_for(relay, POLLIN);
		ssize_t got;

		if (error)
			return error;
		got = recv(relay->fd, next, size, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno == ECONNRESET))
			return failed(
				relay,
				"has hung up: it cannot reach the agent, or has ended");
		if (got < 0 && errno != EINTR && errno != EAGAIN)
			return failed(relay, strerror(errno));
		if (got > 0) {
			next += got;
			size -= (size_t)got;
		}
	}
	return NULL;
}

static void disconnect(struct relay *relay)
{
	if (relay->fd >= 0)
		close(relay->fd);
	relay->fd = -1;
}

static struct fathom_error *why_not_connected(const struct relay *relay,
					      int reason)
{
	switch (reason) {
	case ENOENT:
	case ECONNREFUSED:
		return failed(relay,
			      "nobody listens: is fathom-relay running?");
	case EACCES:
		return failed(
			relay,
			"permission denied: the socket is for fathom-relay's group");
	default:
		return failed(relay, strerror(reason));
	}
}

/* TCP's handshake takes its time; how it ended, the socket tells. */
static struct fathom_error *finish_connecting(const struct relay *relay)
{
	struct fathom_error *error = wait_for(relay, POLLOUT);
	socklen_t size = sizeof(int);
	int reason = 0;

	if (error)
		return error;
	if (getsockopt(relay->fd, SOL_SOCKET, SO_ERROR, &reason, &size))
		reason = errno;
	return reason ? why_not_connected(relay, reason) : NULL;
}

/* Messages and replies take turns: nothing is gained by gathering bytes. */
static struct fathom_error *make_socket(struct relay *relay)
{
	const int on = 1;

	relay->fd = socket(relay->address.ss_family,
			   SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (relay->fd < 0)
		return fathom_error_os(errno, "cannot create a socket");
	if (relay->address.ss_family != AF_UNIX)
		(void)setsockopt(relay->fd, IPPROTO_TCP, TCP_NODELAY, &on,
				 sizeof(on));
	return NULL;
}

/* A Unix socket with a full queue says EAGAIN: see unix(7). */
static struct fathom_error *connect_relay(struct relay *relay)
{
	const struct timespec pause = {.tv_nsec = RETRY_NS};
	struct fathom_error *error = make_socket(relay);

	if (error)
		return error;
	while (connect(relay->fd, (const struct sockaddr *)&relay->address,
		       relay->address_size)) {
		if (errno == EINPROGRESS)
			return finish_connecting(relay);
		if (errno != EAGAIN && errno != EINTR)
			return why_not_connected(relay, errno);
		if (!time_left(relay))
			return failed(relay, "does not take the connection");
		nanosleep(&pause, NULL);
	}
	return NULL;
}

/*
 * A relay closes connections that have long been idle, and says nothing unless
 * it is asked: whatever there is to read between calls is a reason to begin
 * anew.
 */
static bool is_stale(const struct relay *relay)
{
	struct pollfd pollfd = {.fd = relay->fd, .events = POLLIN};

	return relay->fd >= 0 && poll(&pollfd, 1, 0) != 0;
}

static struct fathom_error *converse(struct relay *relay, const void *message,
				     size_t size, void *reply,
				     size_t *reply_size)
{
	uint32_t length = htole32((uint32_t)size);
	struct fathom_error *error = NULL;

	if (is_stale(relay))
		disconnect(relay);
	if (relay->fd < 0)
		error = connect_relay(relay);
	if (!error)
		error = send_all(relay, &length, sizeof(length));
	if (!error)
		error = send_all(relay, message, size);
	if (!error)
		error = receive_all(relay, &length, sizeof(length));
	if (error)
		return error;
	length = le32toh(length);
	if (length > FATHOM_SEAL_MAX_REPLY)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"relay %s: announces a reply of %u bytes, where %u are the most",
			relay->path, length, FATHOM_SEAL_MAX_REPLY);
	error = receive_all(relay, reply, length);
	if (!error)
		*reply_size = length;
	return error;
}

static struct fathom_error *exchange(struct fathom_transport *base,
				     const void *message, size_t size,
				     void *reply, size_t *reply_size)
{
	struct relay *relay = (struct relay *)base;
	struct fathom_error *error;

	if (!size || size > FATHOM_SEAL_MAX_REQUEST)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "a message of %zu bytes", size);
	set_deadline(relay);
	error = converse(relay, message, size, reply, reply_size);
	if (error)
		disconnect(relay);
	return error;
}

static void destroy(struct fathom_transport *base)
{
	struct relay *relay = (struct relay *)base;

	disconnect(relay);
	free(relay->path);
	free(relay);
}

static const struct fathom_transport_ops ops = {
	.exchange = exchange,
	.destroy = destroy,
};

static struct fathom_error *open_it(struct relay *relay,
				    const char *description,
				    struct fathom_transport **ret)
{
	struct fathom_error *error;

	relay->path = strdup(description);
	set_deadline(relay);
	error = relay->path ? connect_relay(relay)
			    : fathom_error_create(FATHOM_ERROR_NO_MEMORY,
						  "out of memory");
	if (error) {
		destroy(&relay->transport);
		return error;
	}
	*ret = &relay->transport;
	return NULL;
}

static struct relay *relay_new(int timeout_ms)
{
	struct relay *relay = calloc(1, sizeof(*relay));

	if (!relay)
		return NULL;
	relay->transport.ops = &ops;
	relay->fd = -1;
	relay->timeout_ms = timeout_ms;
	return relay;
}

struct fathom_error *transport_relay_open(const char *socket, int timeout_ms,
					  struct fathom_transport **ret)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct relay *relay;

	if (strlen(socket) >= sizeof(address.sun_path))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"relay %s: the path is longer than the %zu bytes of a socket's",
			socket, sizeof(address.sun_path) - 1);
	relay = relay_new(timeout_ms);
	if (!relay)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	memcpy(address.sun_path, socket, strlen(socket));
	memcpy(&relay->address, &address, sizeof(address));
	relay->address_size = sizeof(address);
	return open_it(relay, socket, ret);
}

struct fathom_error *fathom_transport_open_relay(const char *socket,
						 struct fathom_transport **ret)
{
	return transport_relay_open(socket, TRANSPORT_RELAY_TIMEOUT_MS, ret);
}

struct fathom_error *fathom_transport_open_tcp(const char *address,
					       struct fathom_transport **ret)
{
	struct relay *relay = relay_new(TRANSPORT_RELAY_TIMEOUT_MS);
	struct fathom_error *error;

	if (!relay)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	error = tcp_address_parse(address, &relay->address,
				  &relay->address_size);
	if (error) {
		destroy(&relay->transport);
		return error;
	}
	return open_it(relay, address, ret);
}
