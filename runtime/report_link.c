/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The connection to the watcher: see report_link.h. */
#include "report_link.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "report_message.h"
#include "report_pulse.h"
#include "report_queue.h"
#include "report_thread.h"
#include "report_tls.h"
#include "tcp_lookup.h"

/* Of a watcher's name. */
#define MAX_ADDRESSES 8

/* To connect, to shake hands, and for a write that does not go on. */
#define PATIENCE_MS 5000

/* Between two attempts to connect: doubled each time. */
#define SHORTEST_PAUSE_MS 100
#define LONGEST_PAUSE_MS  5000

/* For findings at the end; and for the goodbye, if that is all. */
#define FINISH_MS  5000
#define GOODBYE_MS 1000

/* Without a watcher for so long, the program says so. */
#define COMPLAIN_MS 2000

/* Findings under way without an acknowledgement. */
#define WINDOW 64

/* A watcher that never stops talking is answered all the same. */
#define READS_IN_A_ROW 16

/* Intervals without a word, and time on top, until the watcher is lost. */
#define SILENT_INTERVALS 3
#define SILENT_MS	 1000

struct report_link {
	SSL_CTX *tls;
	struct tcp_address addresses[MAX_ADDRESSES];
	size_t address_count;
	size_t next_address; /* of them, to try */
	struct report_origin origin;
	struct report_pulse *pulse; /* NULL without a target */
	uint8_t watcher[FATHOM_KEY_SIZE];
	uint64_t wanted_ms;   /* between heartbeats */
	uint64_t interval_ms; /* the same, as the watcher has it */
	int wake;	      /* eventfd: there is something to do */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t finished;
	struct report_queue queue;
	bool ending; /* the process ends, with this status */
	int status;
	bool farewell; /* the watcher has heard it */

	/* The thread's own. */
	char *where;	  /* the watcher's address, for messages */
	char reason[256]; /* why there is no connection */
	uint64_t lost_at; /* ms; when the last one ended, or 0 */
	bool complained;  /* about that */

	/* The connection; the thread's own, too. */
	int fd;
	SSL *ssl;
	bool welcome;
	bool settled;	/* it is of use: see settle() */
	bool goodbye;	/* has been sent */
	uint64_t began; /* ms */
	uint64_t sent;	/* last finding on this connection */
	uint64_t heard; /* ms, when the watcher said something */
	bool challenged;
	uint64_t challenged_at;
	struct report_message message; /* last received, or to be sent */
	struct report_message challenge;
	size_t received; /* bytes of input */
	char input[REPORT_MAX_LINE];
};

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool is_watcher(void *context, SSL *ssl,
		       const uint8_t key[FATHOM_KEY_SIZE])
{
	const struct report_link *link = context;

	(void)ssl;
	return !CRYPTO_memcmp(key, link->watcher, FATHOM_KEY_SIZE);
}

struct fathom_error *
report_link_create(const struct report_link_settings *settings,
		   struct report_link **ret)
{
	struct report_link *link = calloc(1, sizeof(*link));
	struct fathom_error *error;
	pthread_condattr_t monotonic;

	if (!link)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	link->fd = -1;
	link->wanted_ms = settings->interval_ms;
	link->interval_ms = settings->interval_ms;
	memcpy(link->watcher, settings->watcher, FATHOM_KEY_SIZE);
	pthread_mutex_init(&link->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&link->finished, &monotonic);
	pthread_condattr_destroy(&monotonic);
	link->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	error = link->wake < 0 ? fathom_error_os(errno, "eventfd") : NULL;
	link->where = strdup(settings->address);
	if (!error && !link->where)
		error = fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					    "out of memory");
	if (!error)
		error = tcp_lookup(settings->address, link->addresses,
				   MAX_ADDRESSES, &link->address_count);
	if (!error)
		error = report_tls_context(false, settings->key, is_watcher,
					   link, &link->tls);
	if (error) {
		if (link->wake >= 0)
			close(link->wake);
		free(link->where);
		free(link);
		return error;
	}
	*ret = link;
	return NULL;
}

static void wake(struct report_link *link)
{
	const uint64_t one = 1;

	/* If it is full, it wakes as well. */
	(void)!write(link->wake, &one, sizeof(one));
}

void report_link_send(struct report_link *link,
		      const struct report_finding *finding)
{
	pthread_mutex_lock(&link->lock);
	report_queue_add(&link->queue, finding);
	pthread_mutex_unlock(&link->lock);
	wake(link);
}

/* Wait for the socket. False if @deadline comes first. */
static bool wait_socket(const struct report_link *link, short events,
			uint64_t deadline)
{
	struct pollfd pollfd = {.fd = link->fd, .events = events};
	uint64_t now = now_ms();

	return now < deadline && poll(&pollfd, 1, (int)(deadline - now)) > 0;
}

/* Whether a call of OpenSSL's that returned @status is to be repeated. */
static bool wait_tls(const struct report_link *link, int status,
		     uint64_t deadline)
{
	switch (SSL_get_error(link->ssl, status)) {
	case SSL_ERROR_WANT_READ:
		return wait_socket(link, POLLIN, deadline);
	case SSL_ERROR_WANT_WRITE:
		return wait_socket(link, POLLOUT, deadline);
	default:
		return false;
	}
}

static void set_reason(struct report_link *link, const char *reason)
{
	snprintf(link->reason, sizeof(link->reason), "%s", reason);
}

/* Which of the two it was that has failed. */
static void set_tls_reason(struct report_link *link)
{
	unsigned long code = ERR_peek_last_error();

	if (code)
		set_reason(link, report_tls_reason());
	else
		set_reason(link, errno ? strerror(errno) : "it has hung up");
}

static bool connect_socket(struct report_link *link, uint64_t deadline)
{
	const struct tcp_address *address =
		&link->addresses[link->next_address++ % link->address_count];
	const int on = 1;
	int reason = 0;
	socklen_t size = sizeof(reason);

	link->fd = socket(address->storage.ss_family,
			  SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (link->fd < 0)
		return false;
	setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (!connect(link->fd, (const struct sockaddr *)&address->storage,
		     address->size))
		return true;
	if (errno != EINPROGRESS)
		reason = errno;
	else if (!wait_socket(link, POLLOUT, deadline))
		reason = ETIMEDOUT;
	else
		getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &reason, &size);
	if (reason)
		set_reason(link, strerror(reason));
	return !reason;
}

static bool shake_hands(struct report_link *link, uint64_t deadline)
{
	int status;

	link->ssl = SSL_new(link->tls);
	if (!link->ssl || !SSL_set_fd(link->ssl, link->fd))
		return false;
	errno = 0;
	while ((status = SSL_connect(link->ssl)) != 1) {
		if (!wait_tls(link, status, deadline)) {
			set_tls_reason(link);
			return false;
		}
	}
	return true;
}

static bool send_line(struct report_link *link, const char *line, size_t size)
{
	uint64_t deadline = now_ms() + PATIENCE_MS;

	while (size) {
		int done;

		errno = 0;
		done = SSL_write(link->ssl, line, (int)size);

		if (done > 0) {
			line += done;
			size -= (size_t)done;
		} else if (!wait_tls(link, done, deadline)) {
			set_tls_reason(link);
			return false;
		}
	}
	return true;
}

static bool send_message(struct report_link *link,
			 const struct report_message *message)
{
	size_t size;
	char *line = report_message_encode(message, &size);
	bool sent = line && send_line(link, line, size);

	free(line);
	return sent;
}

static bool send_hello(struct report_link *link)
{
	struct report_message *message = &link->message;

	memset(message, 0, sizeof(*message));
	message->type = REPORT_HELLO;
	message->interval_ms = link->wanted_ms;
	message->origin = link->origin;
	return send_message(link, message);
}

static void fill_queue_state(struct report_link *link, struct report_beat *beat)
{
	pthread_mutex_lock(&link->lock);
	beat->queued = report_queue_waiting(&link->queue);
	beat->dropped = link->queue.dropped;
	pthread_mutex_unlock(&link->lock);
}

static bool send_beat(struct report_link *link, const struct report_beat *beat)
{
	struct report_message *message = &link->message;

	memset(message, 0, sizeof(*message));
	message->type = REPORT_BEAT;
	message->number = link->challenge.number;
	message->beat = *beat;
	memcpy(message->beat.digest, link->origin.digest,
	       sizeof(message->beat.digest));
	fill_queue_state(link, &message->beat);
	link->challenged = false;
	return report_tls_proof(link->ssl, message->number,
				link->challenge.challenge, message->proof) &&
	       send_message(link, message);
}

/* Half the time until the next challenge is the agent's. */
static uint64_t answer_deadline(const struct report_link *link)
{
	return link->challenged_at + link->interval_ms / 2;
}

/* Whether the agent has answered. Without a target, it never will. */
static bool take_pulse(struct report_link *link, struct report_beat *beat)
{
	if (link->pulse)
		return report_pulse_take(link->pulse, beat);
	memset(beat, 0, sizeof(*beat));
	beat->agent = REPORT_AGENT_FAILED;
	snprintf(beat->reason, sizeof(beat->reason), "there is no target");
	return false;
}

static bool answer(struct report_link *link)
{
	struct report_beat beat;

	if (!link->challenged)
		return true;
	if (!take_pulse(link, &beat) && now_ms() < answer_deadline(link))
		return true;
	return send_beat(link, &beat);
}

/* Only this thread forgets findings, so the line stays without the lock. */
static bool next_finding(struct report_link *link,
			 struct report_queue_entry *ret)
{
	const struct report_queue_entry *entry = NULL;

	pthread_mutex_lock(&link->lock);
	if (link->sent - link->queue.acknowledged < WINDOW)
		entry = report_queue_get(&link->queue, link->sent + 1);
	if (entry)
		*ret = *entry;
	pthread_mutex_unlock(&link->lock);
	return entry;
}

static bool send_findings(struct report_link *link)
{
	struct report_queue_entry entry;

	while (next_finding(link, &entry)) {
		if (!send_line(link, entry.line, entry.size))
			return false;
		link->sent++;
	}
	return true;
}

static bool send_goodbye(struct report_link *link)
{
	struct report_message *message = &link->message;
	bool now;

	memset(message, 0, sizeof(*message));
	message->type = REPORT_GOODBYE;
	pthread_mutex_lock(&link->lock);
	now = link->ending && !link->goodbye &&
	      !report_queue_waiting(&link->queue);
	message->status = (uint64_t)(link->status & 0xff);
	message->number = link->queue.last;
	pthread_mutex_unlock(&link->lock);
	if (!now)
		return true;
	link->goodbye = true;
	return send_message(link, message);
}

static bool acknowledge(struct report_link *link, uint64_t number)
{
	bool known;

	pthread_mutex_lock(&link->lock);
	known = report_queue_acknowledge(&link->queue, number);
	pthread_mutex_unlock(&link->lock);
	return known;
}

static void take_farewell(struct report_link *link)
{
	pthread_mutex_lock(&link->lock);
	link->farewell = link->goodbye;
	pthread_cond_broadcast(&link->finished);
	pthread_mutex_unlock(&link->lock);
}

/*
 * The watcher has done something for us, or stays. One that only welcomes, and
 * hangs up at each finding since it has no room for it, is as good as none.
 */
static void settle(struct report_link *link)
{
	link->settled = true;
	link->lost_at = 0;
	if (link->complained)
		fprintf(stderr, "%s: fathom: the watcher at %s is there\n",
			program_invocation_short_name, link->where);
	link->complained = false;
}

static bool owes_nothing(struct report_link *link)
{
	bool nothing;

	pthread_mutex_lock(&link->lock);
	nothing = !report_queue_waiting(&link->queue);
	pthread_mutex_unlock(&link->lock);
	return nothing;
}

static bool take_welcome(struct report_link *link,
			 const struct report_message *message)
{
	link->welcome = true;
	link->interval_ms = message->interval_ms;
	if (!acknowledge(link, message->number))
		return false;
	link->sent = link->queue.acknowledged;
	if (owes_nothing(link))
		settle(link);
	return true;
}

static bool take_acknowledgement(struct report_link *link, uint64_t number)
{
	if (number > link->sent || !acknowledge(link, number))
		return false;
	settle(link);
	return true;
}

/* False if it makes no sense. */
static bool take_message(struct report_link *link,
			 const struct report_message *message)
{
	if (!link->welcome && message->type != REPORT_WELCOME)
		return false;
	switch (message->type) {
	case REPORT_WELCOME:
		return take_welcome(link, message);
	case REPORT_CHALLENGE:
		link->challenge = *message;
		link->challenged = true;
		link->challenged_at = now_ms();
		if (link->pulse)
			report_pulse_ask(link->pulse);
		return true;
	case REPORT_ACKNOWLEDGE:
		return take_acknowledgement(link, message->number);
	case REPORT_FAREWELL:
		take_farewell(link);
		return true;
	default:
		return false;
	}
}

/* False if the watcher does not speak our language. */
static bool take_lines(struct report_link *link)
{
	char *end;

	while ((end = memchr(link->input, '\n', link->received))) {
		size_t size = (size_t)(end - link->input);
		struct fathom_error *error = report_message_decode(
			link->input, size, &link->message);

		if (error || !take_message(link, &link->message)) {
			fathom_error_destroy(error);
			return false;
		}
		link->received -= size + 1;
		memmove(link->input, end + 1, link->received);
	}
	return link->received < sizeof(link->input);
}

/* What is there. False if the connection is of no use any more. */
static bool receive(struct report_link *link)
{
	int got;
	int i;

	for (i = 0; i < READS_IN_A_ROW; i++) {
		errno = 0;
		got = SSL_read(link->ssl, link->input + link->received,
			       (int)(sizeof(link->input) - link->received));
		if (got <= 0 &&
		    SSL_get_error(link->ssl, got) == SSL_ERROR_WANT_READ)
			return true;
		if (got <= 0) {
			set_tls_reason(link);
			return false;
		}
		link->heard = now_ms();
		link->received += (size_t)got;
		if (!take_lines(link))
			return false;
	}
	return true;
}

static uint64_t silence_deadline(const struct report_link *link)
{
	if (!link->welcome)
		return link->heard + PATIENCE_MS;
	return link->heard + SILENT_INTERVALS * link->interval_ms + SILENT_MS;
}

/* Until the socket or anybody else has something for us. */
static void wait_for_work(struct report_link *link, uint64_t deadline)
{
	struct pollfd pollfds[] = {
		{.fd = link->wake, .events = POLLIN},
		{.fd = link->fd, .events = POLLIN},
	};
	uint64_t now = now_ms();
	uint64_t count;

	if (deadline > now && !(link->ssl && SSL_pending(link->ssl)))
		poll(pollfds, 2, (int)(deadline - now));
	(void)!read(link->wake, &count, sizeof(count));
}

static void talk(struct report_link *link)
{
	uint64_t deadline;

	link->began = now_ms();
	link->heard = link->began;
	set_reason(link, "it does not take what we say");
	if (!send_hello(link))
		return;
	while (!link->farewell && receive(link)) {
		if (link->welcome && now_ms() - link->began >= PATIENCE_MS)
			settle(link);
		deadline = silence_deadline(link);
		if (now_ms() >= deadline) {
			set_reason(link, "it says nothing");
			return;
		}
		if (link->welcome && (!answer(link) || !send_findings(link) ||
				      !send_goodbye(link)))
			return;
		if (link->challenged && answer_deadline(link) < deadline)
			deadline = answer_deadline(link);
		wait_for_work(link, deadline);
	}
}

static void hang_up(struct report_link *link)
{
	SSL_free(link->ssl);
	link->ssl = NULL;
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	link->welcome = false;
	link->settled = false;
	link->goodbye = false;
	link->challenged = false;
	link->received = 0;
}

/* Once, for each time that the watcher is lost. */
static void complain(struct report_link *link)
{
	uint64_t now = now_ms();

	if (!link->lost_at)
		link->lost_at = now;
	if (link->complained || now - link->lost_at < COMPLAIN_MS)
		return;
	link->complained = true;
	fprintf(stderr,
		"%s: fathom: no connection to the watcher at %s: %s; findings are kept\n",
		program_invocation_short_name, link->where, link->reason);
}

static void *run(void *argument)
{
	struct report_link *link = argument;
	uint64_t pause = SHORTEST_PAUSE_MS;
	uint64_t deadline;

	while (!link->farewell) {
		deadline = now_ms() + PATIENCE_MS;
		if (connect_socket(link, deadline) &&
		    shake_hands(link, deadline))
			talk(link);
		if (link->settled)
			pause = SHORTEST_PAUSE_MS;
		hang_up(link);
		if (!link->farewell)
			complain(link);
		deadline = now_ms() + pause;
		/* Findings wake us, but are no reason to try more often. */
		while (!link->farewell && now_ms() < deadline)
			wait_for_work(link, deadline);
		pause = pause * 2 < LONGEST_PAUSE_MS ? pause * 2
						     : LONGEST_PAUSE_MS;
	}
	return NULL;
}

struct fathom_error *report_link_start(struct report_link *link,
				       const struct report_origin *origin,
				       struct fathom_target *target)
{
	link->origin = *origin;
	if (target)
		link->pulse = report_pulse_start(target, link->wake);
	if ((link->pulse || !target) && report_thread_start(run, link))
		return NULL;
	return fathom_error_os(errno, "cannot start the thread that reports");
}

static struct timespec finish_deadline(const struct report_link *link)
{
	uint64_t ms = report_queue_waiting(&link->queue) ? FINISH_MS
							 : GOODBYE_MS;
	uint64_t end = now_ms() + ms;

	return (struct timespec){
		.tv_sec = (time_t)(end / 1000),
		.tv_nsec = (long)(end % 1000 * 1000000),
	};
}

uint64_t report_link_finish(struct report_link *link, int status)
{
	struct timespec deadline;
	uint64_t undelivered;
	int late = 0;

	pthread_mutex_lock(&link->lock);
	link->ending = true;
	link->status = status;
	wake(link);
	deadline = finish_deadline(link);
	while (!link->farewell && !late)
		late = pthread_cond_timedwait(&link->finished, &link->lock,
					      &deadline);
	undelivered = report_queue_waiting(&link->queue) + link->queue.dropped;
	pthread_mutex_unlock(&link->lock);
	return undelivered;
}
