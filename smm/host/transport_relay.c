/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * An agent by way of a relay, or directly: relay_protocol.h over a Unix socket,
 * or over TCP. After any failure the connection is given up, lest a late reply
 * be taken for the next message's; the next message makes a new one.
 */
#include <fathom/transport.h>

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <fathom/error.h>

#include "relay_protocol.h"
#include "tcp_lookup.h"
#include "tcp_options.h"

/* Between attempts to connect while the socket's queue is full. */
#define RETRY_NS 10000000L

/* A name may have many; a relay has few. */
#define MAX_ADDRESSES 8u

struct relay {
	struct fathom_transport transport;
	char *path; /* or address and port: for messages */
	struct tcp_address addresses[MAX_ADDRESSES]; /* or of a Unix socket */
	size_t address_count;
	size_t answered;	  /* the address that last did */
	int fd;			  /* -1: not connected */
	struct timespec deadline; /* CLOCK_MONOTONIC, of what is waited for */
};

/* Messages that go, and answers that come, at the same time. */
struct conversation {
	const struct fathom_transport_message *messages;
	size_t count;
	size_t sent;	  /* whole messages */
	size_t sent_part; /* bytes of the next, its prefix included */
	size_t answered;
	uint8_t prefix[RELAY_LENGTH_SIZE];
	size_t received; /* bytes of the next answer, its prefix included */
	size_t length;	 /* of its body, once the prefix is there */
	uint8_t *reply;
};

static struct fathom_error *failed(const struct relay *relay, const char *what)
{
	return fathom_error_create(FATHOM_ERROR_TARGET, "relay %s: %s",
				   relay->path, what);
}

static void set_deadline_in(struct relay *relay, unsigned int timeout_ms)
{
	struct timespec *deadline = &relay->deadline;

	clock_gettime(CLOCK_MONOTONIC, deadline);
	deadline->tv_sec += timeout_ms / 1000;
	deadline->tv_nsec += timeout_ms % 1000 * 1000000L;
	if (deadline->tv_nsec >= 1000000000L) {
		deadline->tv_sec++;
		deadline->tv_nsec -= 1000000000L;
	}
}

static void set_deadline(struct relay *relay)
{
	set_deadline_in(relay, relay->transport.patience.timeout_ms);
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

static struct fathom_error *wait_for(struct relay *relay, short events)
{
	struct pollfd pollfd = {.fd = relay->fd, .events = events};
	int left;

	while ((left = time_left(relay)) > 0) {
		int ready = poll(&pollfd, 1, left);

		if (ready > 0 || (ready < 0 && errno != EINTR))
			return NULL; /* if it failed, the call to come says so
				      */
	}
	relay->transport.failure = FATHOM_INCIDENT_TIMEOUT;
	return fathom_error_create(
		FATHOM_ERROR_TARGET, "relay %s: no answer within %u ms",
		relay->path, relay->transport.patience.timeout_ms);
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
			      "nobody listens: is the relay or agent running?");
	case EACCES:
		return failed(
			relay,
			"permission denied: the socket is for fathom-relay's group");
	default:
		return failed(relay, strerror(reason));
	}
}

/* TCP's handshake takes its time; how it ended, the socket tells. */
static struct fathom_error *finish_connecting(struct relay *relay)
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

/* Options that cannot be set make it slow, not wrong. */
static struct fathom_error *make_socket(struct relay *relay, int family)
{
	relay->fd =
		socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (relay->fd < 0)
		return fathom_error_os(errno, "cannot create a socket");
	if (family != AF_UNIX)
		(void)tcp_options_set(relay->fd);
	return NULL;
}

/* A Unix socket with a full queue says EAGAIN: see unix(7). */
static struct fathom_error *connect_to(struct relay *relay,
				       const struct tcp_address *address)
{
	const struct timespec pause = {.tv_nsec = RETRY_NS};
	struct fathom_error *error =
		make_socket(relay, address->storage.ss_family);

	if (error)
		return error;
	while (connect(relay->fd, (const struct sockaddr *)&address->storage,
		       address->size)) {
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

/* A share of the time that is left: who does not answer leaves some to others.
 */
static struct fathom_error *try_address(struct relay *relay, size_t which,
					size_t share)
{
	const struct timespec deadline = relay->deadline;
	struct fathom_error *error;

	relay->transport.failure = FATHOM_INCIDENT_LOST;
	set_deadline_in(relay, (unsigned int)time_left(relay) / share);
	error = connect_to(relay, &relay->addresses[which]);
	relay->deadline = deadline;
	return error;
}

/*
 * All addresses of a name, from the one that answered last; the last one's
 * error is told.
 */
static struct fathom_error *connect_relay(struct relay *relay)
{
	size_t count = relay->address_count;
	struct fathom_error *error = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		size_t which = (relay->answered + i) % count;

		fathom_error_destroy(error);
		disconnect(relay);
		error = try_address(relay, which, count - i);
		if (error)
			continue;
		relay->answered = which;
		break;
	}
	return error;
}

/*
 * A relay closes connections that have long been idle, and says nothing unless
 * it is asked: whatever there is to read between calls is a reason to begin
 * anew, and if it is more than that end, nobody has asked for it.
 */
static bool is_stale(const struct relay *relay)
{
	uint8_t byte;
	ssize_t got = recv(relay->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	if (got > 0)
		fathom_incident_raise(
			FATHOM_INCIDENT_SURPLUS,
			"relay %s: bytes came that nobody has asked for",
			relay->path);
	return got >= 0 || (errno != EAGAIN && errno != EINTR);
}

static struct fathom_error *be_connected(struct relay *relay)
{
	if (relay->fd >= 0 && is_stale(relay))
		disconnect(relay);
	return relay->fd < 0 ? connect_relay(relay) : NULL;
}

/* Prefix and message in one piece: each write is a packet. */
static ssize_t send_part(const struct relay *relay,
			 const struct conversation *talk)
{
	const struct fathom_transport_message *message =
		&talk->messages[talk->sent];
	uint32_t prefix = htole32((uint32_t)message->size);
	size_t in_prefix = talk->sent_part < sizeof(prefix) ? talk->sent_part
							    : sizeof(prefix);
	size_t in_message = talk->sent_part - in_prefix;
	struct iovec parts[] = {
		{(uint8_t *)&prefix + in_prefix, sizeof(prefix) - in_prefix},
		{(uint8_t *)message->bytes + in_message,
		 message->size - in_message},
	};
	const struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};

	return sendmsg(relay->fd, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* As much of the messages as the socket takes. */
static struct fathom_error *send_some(const struct relay *relay,
				      struct conversation *talk)
{
	while (talk->sent < talk->count) {
		ssize_t sent = send_part(relay, talk);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN)
			return NULL;
		if (sent < 0)
			return failed(relay,
				      errno == EPIPE || errno == ECONNRESET
					      ? "has hung up"
					      : strerror(errno));
		talk->sent_part += (size_t)sent;
		if (talk->sent_part <
		    RELAY_LENGTH_SIZE + talk->messages[talk->sent].size)
			continue;
		talk->sent++;
		talk->sent_part = 0;
	}
	return NULL;
}

static struct fathom_error *check_length(const struct relay *relay,
					 struct conversation *talk)
{
	uint32_t length;

	memcpy(&length, talk->prefix, sizeof(length));
	talk->length = le32toh(length);
	if (talk->length <= FATHOM_SEAL_MAX_REPLY)
		return NULL;
	return fathom_error_create(
		FATHOM_ERROR_PROTOCOL,
		"relay %s: announces a reply of %zu bytes, where %u are the most",
		relay->path, talk->length, FATHOM_SEAL_MAX_REPLY);
}

/* Whether the next answer is there; *again if there may be more of it. */
static struct fathom_error *receive_some(const struct relay *relay,
					 struct conversation *talk, bool *again)
{
	bool body = talk->received >= RELAY_LENGTH_SIZE;
	size_t end = RELAY_LENGTH_SIZE + (body ? talk->length : 0);
	uint8_t *to = body ? talk->reply + (talk->received - RELAY_LENGTH_SIZE)
			   : talk->prefix + talk->received;
	ssize_t got = recv(relay->fd, to, end - talk->received, MSG_DONTWAIT);

	*again = got > 0 || (got < 0 && errno == EINTR);
	if (got == 0 || (got < 0 && errno == ECONNRESET))
		return failed(
			relay,
			"has hung up: it cannot reach the agent, or has ended");
	if (got < 0)
		return errno == EINTR || errno == EAGAIN
			       ? NULL
			       : failed(relay, strerror(errno));
	talk->received += (size_t)got;
	return talk->received == RELAY_LENGTH_SIZE && !body
		       ? check_length(relay, talk)
		       : NULL;
}

static bool has_answer(const struct conversation *talk)
{
	return talk->received >= RELAY_LENGTH_SIZE &&
	       talk->received == RELAY_LENGTH_SIZE + talk->length;
}

/* What has come of the next answer, as far as that can be had without waiting.
 */
static struct fathom_error *receive_answer(const struct relay *relay,
					   struct conversation *talk)
{
	struct fathom_error *error = NULL;
	bool again = true;

	while (!error && again && !has_answer(talk))
		error = receive_some(relay, talk, &again);
	return error;
}

/*
 * In both directions at once: a relay that cannot get rid of its answers takes
 * no more messages. The time for an answer begins with the one before.
 */
static struct fathom_error *converse(struct relay *relay,
				     struct conversation *talk,
				     fathom_transport_take take, void *context)
{
	struct fathom_error *error = be_connected(relay);

	while (!error && talk->answered < talk->count) {
		error = send_some(relay, talk);
		if (!error)
			error = receive_answer(relay, talk);
		if (error)
			break;
		if (!has_answer(talk)) {
			error = wait_for(relay, talk->sent < talk->count
							? POLLIN | POLLOUT
							: POLLIN);
			continue;
		}
		if (!take(context, talk->answered, talk->length)) {
			/* What else comes is nobody's. */
			if (talk->answered + 1 < talk->count)
				disconnect(relay);
			break;
		}
		talk->answered++;
		talk->received = 0;
		talk->length = 0;
		set_deadline(relay);
	}
	return error;
}

static struct fathom_error *
exchange_many(struct fathom_transport *base,
	      const struct fathom_transport_message *messages, size_t count,
	      void *reply, fathom_transport_take take, void *context)
{
	struct conversation talk = {
		.messages = messages,
		.count = count,
		.reply = reply,
	};
	struct relay *relay = (struct relay *)base;
	struct fathom_error *error;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!messages[i].size ||
		    messages[i].size > FATHOM_SEAL_MAX_REQUEST)
			return fathom_error_create(
				FATHOM_ERROR_INVALID_ARGUMENT,
				"a message of %zu bytes", messages[i].size);
	}
	base->failure = FATHOM_INCIDENT_LOST;
	set_deadline(relay);
	error = converse(relay, &talk, take, context);
	if (error)
		disconnect(relay);
	return error;
}

static bool take_one(void *context, size_t index, size_t reply_size)
{
	(void)index;
	*(size_t *)context = reply_size;
	return true;
}

static struct fathom_error *exchange(struct fathom_transport *base,
				     const void *message, size_t size,
				     void *reply, size_t *reply_size)
{
	const struct fathom_transport_message one = {message, size};

	return exchange_many(base, &one, 1, reply, take_one, reply_size);
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
	.exchange_many = exchange_many,
	.destroy = destroy,
};

static struct fathom_error *open_it(struct relay *relay,
				    struct fathom_transport **ret)
{
	struct fathom_error *error;

	set_deadline(relay);
	error = connect_relay(relay);
	if (error) {
		destroy(&relay->transport);
		return error;
	}
	*ret = &relay->transport;
	return NULL;
}

static struct fathom_error *
relay_new(const char *description,
	  const struct fathom_transport_patience *patience, struct relay **ret)
{
	static const struct fathom_transport_patience standard = {
		.timeout_ms = FATHOM_TRANSPORT_TIMEOUT_MS,
		.reconnect_ms = FATHOM_TRANSPORT_RECONNECT_MS,
	};
	struct relay *relay = calloc(1, sizeof(*relay));

	if (relay)
		relay->path = strdup(description);
	if (!relay || !relay->path) {
		free(relay);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	relay->transport.ops = &ops;
	relay->transport.patience = patience ? *patience : standard;
	if (!relay->transport.patience.timeout_ms)
		relay->transport.patience.timeout_ms = standard.timeout_ms;
	relay->fd = -1;
	*ret = relay;
	return NULL;
}

struct fathom_error *
fathom_transport_open_unix(const char *socket,
			   const struct fathom_transport_patience *patience,
			   struct fathom_transport **ret)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct fathom_error *error;
	struct relay *relay;

	if (strlen(socket) >= sizeof(address.sun_path))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"relay %s: the path is longer than the %zu bytes of a socket's",
			socket, sizeof(address.sun_path) - 1);
	error = relay_new(socket, patience, &relay);
	if (error)
		return error;
	memcpy(address.sun_path, socket, strlen(socket));
	memcpy(&relay->addresses[0].storage, &address, sizeof(address));
	relay->addresses[0].size = sizeof(address);
	relay->address_count = 1;
	return open_it(relay, ret);
}

struct fathom_error *
fathom_transport_open_tcp(const char *address,
			  const struct fathom_transport_patience *patience,
			  struct fathom_transport **ret)
{
	struct fathom_error *error;
	struct relay *relay;

	error = relay_new(address, patience, &relay);
	if (error)
		return error;
	error = tcp_lookup(address, relay->addresses, MAX_ADDRESSES,
			   &relay->address_count);
	if (error) {
		destroy(&relay->transport);
		return error;
	}
	return open_it(relay, ret);
}
