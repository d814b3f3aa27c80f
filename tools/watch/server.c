/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The watcher's work: see server.h. */
#include "server.h"

#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <fathom/report.h>

#include "event.h"
#include "key_file.h"
#include "peer.h"
#include "platform.h"
#include "report_tls.h"
#include "state_file.h"
#include "tcp_address.h"

/* How late a time limit may be noticed. */
#define TICK_MS 20

#define BACKLOG 4096

/* All that may be there at once. */
#define EVENTS (WATCH_MAX_STRANGERS + WATCH_MAX_IDS + 1)

/* Newcomers between two looks at those who are there. */
#define ACCEPTS 64

/* Lines of one peer between two looks at the others. */
#define LINES 64

/* Strangers are told of so often, and otherwise counted. */
#define STRANGER_MS 10000

/* Between two tries to write down what is kept. */
#define RETRY_MS 1000

/* Files beside connections: outputs, hooks, and the like. */
#define OTHER_FILES 64

struct server {
	const struct watch_settings *settings;
	SSL_CTX *tls;
	int listener;
	int epoll;
	uint64_t now;		  /* ms */
	struct watch_peer *peers; /* newest first */
	struct watch_peer *oldest;
	struct watch_peer *closed; /* to be freed when nobody looks at them */
	size_t strangers;
	size_t max_strangers;
	bool dirty;	  /* something was written since the last commit */
	bool carry;	  /* new files of the log must be told what is known */
	bool failing;	  /* the last commit has failed */
	uint64_t tried;	  /* when that was */
	uint64_t refused; /* since strangers were last told of */
	uint64_t refused_at;
	struct watch_state_file *state;
	struct report_message message; /* last received, or to be sent */
	char line[REPORT_MAX_LINE];
};

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void complain(struct fathom_error *error)
{
	warnx("%s", error->message);
	fathom_error_destroy(error);
}

/* @event is taken over; false if it is not written. */
static bool write_finding(struct server *server, json_t *event)
{
	struct fathom_error *error;

	if (!event)
		return false;
	error = watch_outputs_write(server->settings->outputs, event);
	json_decref(event);
	server->dirty = true;
	if (!error)
		return true;
	complain(error);
	return false;
}

static void write_notice(struct server *server, json_t *event)
{
	struct fathom_error *error;

	if (!event)
		return;
	error = watch_outputs_write_notice(server->settings->outputs, event);
	json_decref(event);
	server->dirty = true;
	if (error)
		complain(error);
}

static void run_hook(struct server *server, const struct watch_ids *ids,
		     const char *action, const json_t *event)
{
	char *line = json_dumps(event, JSON_COMPACT);
	char about[REPORT_NAME_SIZE + 64];

	snprintf(about, sizeof(about), "%s %s", ids ? ids->name : "", action);
	if (line)
		watch_hook_run(server->settings->hook, about, line,
			       server->now);
	free(line);
}

static void tell(struct server *server, const struct watch_ids *ids,
		 const struct watch_notice *notice)
{
	json_t *event = watch_event_notice(ids, notice);

	if (event && notice->alert && server->settings->hook->path)
		run_hook(server, ids, notice->action, event);
	write_notice(server, event);
}

static void tell_of_ids(void *context, const struct watch_ids *ids,
			const struct watch_notice *notice)
{
	tell(context, ids, notice);
}

static void tell_of_watcher(struct server *server, const char *action,
			    bool alert, const char *text)
{
	struct watch_notice notice = {
		.action = action,
		.alert = alert,
		.severity = alert ? FATHOM_WARNING : FATHOM_INFORMATION,
	};

	snprintf(notice.message, sizeof(notice.message), "%s", text);
	tell(server, NULL, &notice);
}

/* Anybody can come with any key: that must not fill the log. */
static void tell_of_stranger(struct server *server,
			     const struct watch_peer *peer)
{
	char key[FATHOM_KEY_TEXT_LENGTH + 1];
	char text[256];

	server->refused++;
	if (server->refused_at &&
	    server->now - server->refused_at < STRANGER_MS)
		return;
	fathom_key_encode(peer->key, key);
	snprintf(
		text, sizeof(text),
		"somebody whose key is not authorized has come from %s: %s (refused so far: %llu)",
		peer->address, key, (unsigned long long)server->refused);
	server->refused_at = server->now;
	tell_of_watcher(server, "ids-unknown", true, text);
}

static bool accept_key(void *context, SSL *ssl,
		       const uint8_t key[FATHOM_KEY_SIZE])
{
	struct server *server = context;
	struct watch_peer *peer = SSL_get_app_data(ssl);

	peer->ids = watch_authorized_find(server->settings->authorized, key);
	peer->unknown = !peer->ids;
	memcpy(peer->key, key, FATHOM_KEY_SIZE);
	return peer->ids;
}

static bool is_stranger(const struct watch_peer *peer)
{
	return peer->state != WATCH_PEER_TALKING;
}

static void link_peer(struct server *server, struct watch_peer *peer)
{
	peer->next = server->peers;
	if (server->peers)
		server->peers->previous = peer;
	else
		server->oldest = peer;
	server->peers = peer;
}

static void close_peer(struct server *server, struct watch_peer *peer)
{
	if (peer->unknown)
		tell_of_stranger(server, peer);
	if (is_stranger(peer))
		server->strangers--;
	else
		watch_ids_gone(peer->ids, server->now);
	if (peer->next)
		peer->next->previous = peer->previous;
	else
		server->oldest = peer->previous;
	if (peer->previous)
		peer->previous->next = peer->next;
	else
		server->peers = peer->next;
	/* The socket may outlive this: a hook has it until it is executed. */
	epoll_ctl(server->epoll, EPOLL_CTL_DEL, peer->fd, NULL);
	watch_peer_hang_up(peer);
	/* Its next stays what it is: somebody may be going through the list. */
	peer->previous = server->closed;
	server->closed = peer;
}

static void free_closed(struct server *server)
{
	while (server->closed) {
		struct watch_peer *peer = server->closed;

		server->closed = peer->previous;
		free(peer);
	}
}

static void poll_peer(struct server *server, struct watch_peer *peer, int how)
{
	struct epoll_event event = {.data.ptr = peer};

	if (!watch_peer_is_held(peer))
		event.events |= EPOLLIN;
	if (peer->wants_write)
		event.events |= EPOLLOUT;
	/* Then the tick looks after it. */
	if (watch_peer_is_over(peer))
		how = EPOLL_CTL_DEL;
	epoll_ctl(server->epoll, how, peer->fd, &event);
}

static void make_room(struct server *server)
{
	struct watch_peer *peer = server->oldest;

	while (peer && !is_stranger(peer))
		peer = peer->previous;
	if (peer)
		close_peer(server, peer);
}

static bool accept_one(struct server *server)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	char host[48] = "?", port[8] = "?", text[64];
	const int on = 1;
	struct watch_peer *peer;
	int fd;

	if (server->strangers >= server->max_strangers)
		make_room(server);
	fd = accept4(server->listener, (struct sockaddr *)&address, &size,
		     SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		/* Somebody else has taken what files there are. */
		if (errno == EMFILE || errno == ENFILE)
			make_room(server);
		return false;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	getnameinfo((struct sockaddr *)&address, size, host, sizeof(host), port,
		    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, sizeof(text), "%s port %s", host, port);
	peer = watch_peer_create(fd, text, server->now);
	if (!peer)
		return false;
	link_peer(server, peer);
	server->strangers++;
	poll_peer(server, peer, EPOLL_CTL_ADD);
	return true;
}

static bool acknowledge(struct watch_peer *peer)
{
	struct report_message message = {
		.type = REPORT_ACKNOWLEDGE,
		.number = peer->ids->acknowledged,
	};

	peer->wrote = false;
	if (!watch_peer_send(peer, &message))
		return false;
	watch_peer_flush(peer);
	return true;
}

static void settle(const struct watch_authorized *all, bool written)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		watch_ids_committed(&all->ids[i], written);
}

static void tell_of_lost(struct server *server)
{
	uint64_t lost = watch_outputs_take_lost(server->settings->outputs);
	char text[128];

	if (!lost)
		return;
	snprintf(
		text, sizeof(text),
		"while the log could not be written, %llu events were too many to be kept",
		(unsigned long long)lost);
	tell_of_watcher(server, "notices-dropped", true, text);
}

/* Written down for good, or not: then those who sent it must send it again. */
static void commit(struct server *server)
{
	struct watch_peer *peer = server->peers;
	struct fathom_error *error;

	if (!server->dirty)
		return;
	server->dirty = false;
	error = watch_outputs_commit(server->settings->outputs);
	settle(server->settings->authorized, !error);
	while (peer) {
		struct watch_peer *next = peer->next;

		if (peer->wrote && (error || !acknowledge(peer)))
			close_peer(server, peer);
		peer = next;
	}
	if (error && !server->failing)
		warnx("%s", error->message);
	server->failing = error;
	server->tried = server->now;
	fathom_error_destroy(error);
	if (!error)
		tell_of_lost(server);
}

/* The one connection that an IDS has; the last one to come is it. */
static void displace_others(struct server *server,
			    const struct watch_peer *newest)
{
	struct watch_peer *peer = server->peers;

	while (peer) {
		struct watch_peer *next = peer->next;

		if (peer != newest && peer->ids == newest->ids &&
		    !is_stranger(peer)) {
			peer->ids->presence = WATCH_GONE;
			close_peer(server, peer);
			return;
		}
		peer = next;
	}
}

/* What becomes of a message, and of who has sent it. */
enum verdict {
	TAKEN,
	GIVEN_UP, /* the connection; it need not be the fault of the IDS */
	NONSENSE, /* this is not how an IDS talks */
};

static enum verdict take_hello(struct server *server, struct watch_peer *peer)
{
	struct report_message *message = &server->message;
	struct watch_ids *ids = peer->ids;

	/* It may ask for what it has sent on another connection. */
	commit(server);
	displace_others(server, peer);
	server->strangers--;
	peer->state = WATCH_PEER_TALKING;
	watch_ids_hello(ids, &message->origin, message->interval_ms,
			server->now);
	memset(message, 0, sizeof(*message));
	message->type = REPORT_WELCOME;
	message->number = ids->acknowledged;
	message->interval_ms = ids->interval_ms;
	return watch_peer_send(peer, message) ? TAKEN : GIVEN_UP;
}

static enum verdict take_beat(struct server *server, struct watch_peer *peer)
{
	uint8_t proof[REPORT_CHALLENGE_SIZE];
	struct watch_ids *ids = peer->ids;

	if (!report_tls_proof(peer->ssl, ids->number, ids->challenge, proof))
		return GIVEN_UP;
	/* Of a wrong one it has been told then. */
	return watch_ids_beat(ids, &server->message, proof, server->now)
		       ? TAKEN
		       : GIVEN_UP;
}

static enum verdict take_finding(struct server *server, struct watch_peer *peer)
{
	const struct report_message *message = &server->message;
	struct watch_ids *ids = peer->ids;

	switch (watch_ids_finding(ids, message->number)) {
	case WATCH_NEXT:
		peer->wrote = true;
		if (write_finding(server,
				  watch_event_finding(ids, message->number,
						      &message->finding))) {
			ids->findings++;
			if (message->finding.kind == REPORT_INCIDENT)
				watch_ids_incident(ids, &message->finding,
						   server->now);
			return TAKEN;
		}
		/* It sends it again when it has connected anew. */
		ids->received--;
		return GIVEN_UP;
	case WATCH_AGAIN:
		/* It has not heard that. */
		peer->wrote = true;
		server->dirty = true;
		return TAKEN;
	default:
		return NONSENSE;
	}
}

static enum verdict take_goodbye(struct server *server, struct watch_peer *peer)
{
	struct report_message *message = &server->message;

	watch_ids_goodbye(peer->ids, message->status, server->now);
	memset(message, 0, sizeof(*message));
	message->type = REPORT_FAREWELL;
	peer->closing = true;
	return watch_peer_send(peer, message) ? TAKEN : GIVEN_UP;
}

static enum verdict take_message(struct server *server, struct watch_peer *peer)
{
	if (peer->state == WATCH_PEER_NAMED)
		return server->message.type == REPORT_HELLO
			       ? take_hello(server, peer)
			       : NONSENSE;
	switch (server->message.type) {
	case REPORT_BEAT:
		return take_beat(server, peer);
	case REPORT_FINDING_MESSAGE:
		return take_finding(server, peer);
	case REPORT_GOODBYE:
		return take_goodbye(server, peer);
	default:
		return NONSENSE;
	}
}

/* False if the connection is to be closed. */
static bool take_line(struct server *server, struct watch_peer *peer,
		      size_t size)
{
	struct fathom_error *error =
		report_message_decode(server->line, size, &server->message);
	enum verdict verdict;

	if (error) {
		watch_ids_nonsense(peer->ids, error->message, server->now);
		fathom_error_destroy(error);
		return false;
	}
	verdict = take_message(server, peer);
	if (verdict == NONSENSE)
		watch_ids_nonsense(peer->ids, "a message out of order",
				   server->now);
	return verdict == TAKEN;
}

static bool take_lines(struct server *server, struct watch_peer *peer)
{
	size_t size;
	int found = 0;
	int i;

	for (i = 0; i < LINES && !peer->closing; i++) {
		found = watch_peer_line(peer, server->line, &size, server->now);
		if (found < 0)
			watch_ids_nonsense(peer->ids, "a line that is too long",
					   server->now);
		if (found <= 0)
			break;
		if (!take_line(server, peer, size))
			return false;
	}
	return found >= 0;
}

static bool work(struct server *server, struct watch_peer *peer)
{
	if (peer->state <= WATCH_PEER_SHAKING &&
	    !watch_peer_shake(peer, server->tls))
		return false;
	if (peer->state <= WATCH_PEER_SHAKING)
		return true;
	watch_peer_receive(peer);
	if (!take_lines(server, peer))
		return false;
	watch_peer_flush(peer);
	return !peer->ended || (!peer->closing && watch_peer_has_input(peer));
}

static void serve(struct server *server, struct watch_peer *peer)
{
	if (peer->fd < 0)
		return;
	if (!work(server, peer) || (peer->closing && !peer->output_size))
		close_peer(server, peer);
	else
		poll_peer(server, peer, EPOLL_CTL_MOD);
}

static bool send_challenge(struct server *server, struct watch_peer *peer)
{
	struct report_message *message = &server->message;
	struct watch_ids *ids = peer->ids;

	memset(message, 0, sizeof(*message));
	message->type = REPORT_CHALLENGE;
	if (!fathom_platform_random(message->challenge,
				    sizeof(message->challenge)))
		return false;
	watch_ids_challenged(ids, message->challenge, server->now);
	message->number = ids->number;
	if (!watch_peer_send(peer, message))
		return false;
	watch_peer_flush(peer);
	return true;
}

/* Whether the peer can stay. */
static bool tick_peer(struct server *server, struct watch_peer *peer)
{
	if (peer->fd < 0)
		return true;
	if (is_stranger(peer))
		return server->now - peer->since <
		       server->settings->patience_ms;
	if (!watch_ids_tick(peer->ids, server->now))
		return false;
	if (peer->closing || peer->ended ||
	    !watch_ids_challenge_due(peer->ids, server->now))
		return true;
	return send_challenge(server, peer);
}

static void tick_peers(struct server *server)
{
	struct watch_peer *peer = server->peers;

	while (peer) {
		struct watch_peer *next = peer->next;

		if (!tick_peer(server, peer))
			close_peer(server, peer);
		else if (watch_peer_has_input(peer) || watch_peer_is_over(peer))
			serve(server, peer);
		else if (peer->fd >= 0 && !is_stranger(peer))
			poll_peer(server, peer, EPOLL_CTL_MOD);
		peer = next;
	}
}

/* A new file says by itself what a watcher that is started again must know. */
static void carry(struct server *server)
{
	const struct watch_authorized *all = server->settings->authorized;
	struct fathom_error *error = NULL;
	size_t i;

	for (i = 0; i < all->count && !error; i++) {
		json_t *event;

		if (!all->ids[i].origin.run[0])
			continue;
		event = watch_event_carried(&all->ids[i]);
		error = event ? watch_outputs_write_logs(
					server->settings->outputs, event)
			      : fathom_error_create(FATHOM_ERROR_NO_MEMORY,
						    "out of memory");
		json_decref(event);
	}
	server->dirty = true;
	if (error)
		complain(error);
	commit(server);
	/* Not before there is room for it. */
	server->carry = error || server->failing;
}

static void tick(struct server *server)
{
	const struct watch_authorized *all = server->settings->authorized;
	size_t i;

	tick_peers(server);
	for (i = 0; i < all->count; i++)
		if (all->ids[i].presence != WATCH_CONNECTED)
			watch_ids_tick(&all->ids[i], server->now);
	/* Notices wait, and perhaps nothing else comes. */
	if (server->failing && server->now - server->tried >= RETRY_MS)
		server->dirty = true;
	if (server->carry && !server->failing)
		carry(server);
	watch_hook_tick(server->settings->hook, server->now);
	watch_state_file_write(server->state, all, server->now);
}

static void accept_some(struct server *server)
{
	int i;

	for (i = 0; i < ACCEPTS && accept_one(server); i++)
		;
}

/* Newcomers last: they may displace somebody who has something to say. */
static void handle_events(struct server *server,
			  const struct epoll_event *events, int count)
{
	bool newcomers = false;
	int i;

	for (i = 0; i < count; i++) {
		if (events[i].data.ptr)
			serve(server, events[i].data.ptr);
		else
			newcomers = true;
	}
	if (newcomers)
		accept_some(server);
}

static struct fathom_error *open_listener(struct server *server)
{
	const char *listen_at = server->settings->listen;
	struct epoll_event event = {.events = EPOLLIN};
	struct sockaddr_storage address;
	struct fathom_error *error;
	const int on = 1;
	socklen_t size;

	error = tcp_address_parse(listen_at, &address, &size);
	if (error)
		return error;
	server->listener = socket(address.ss_family,
				  SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
				  0);
	if (server->listener < 0 ||
	    setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on,
		       sizeof(on)) ||
	    bind(server->listener, (struct sockaddr *)&address, size) ||
	    listen(server->listener, BACKLOG) ||
	    epoll_ctl(server->epoll, EPOLL_CTL_ADD, server->listener, &event))
		return fathom_error_os(errno, "%s", listen_at);
	return NULL;
}

/* As many as the process may have; the bound of the list is ours. */
static void bound_strangers(struct server *server)
{
	size_t others = server->settings->authorized->count + OTHER_FILES;
	struct rlimit limit = {.rlim_cur = others + 1};

	if (!getrlimit(RLIMIT_NOFILE, &limit)) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	server->max_strangers = 1;
	if (limit.rlim_cur > others + 1)
		server->max_strangers = limit.rlim_cur - others;
	if (server->max_strangers > WATCH_MAX_STRANGERS)
		server->max_strangers = WATCH_MAX_STRANGERS;
}

/* By the log, some had been there when the last watcher ended. */
static void start_all(struct server *server)
{
	const struct watch_authorized *all = server->settings->authorized;
	size_t i;

	for (i = 0; i < all->count; i++) {
		struct watch_ids *ids = &all->ids[i];

		ids->tell = tell_of_ids;
		ids->context = server;
		if (ids->presence == WATCH_GONE)
			watch_ids_expect(ids, server->now);
		else
			watch_ids_start(ids, server->now);
	}
}

static struct fathom_error *set_up(struct server *server)
{
	const struct watch_settings *settings = server->settings;
	struct fathom_error *error;

	server->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (server->epoll < 0)
		return fathom_error_os(errno, "epoll");
	bound_strangers(server);
	error = report_tls_context(true, settings->key, accept_key, server,
				   &server->tls);
	if (!error && settings->state)
		error = watch_state_file_create(settings->state,
						&server->state);
	return error ? error : open_listener(server);
}

static void follow_logs(struct server *server)
{
	struct fathom_error *error;
	bool moved;

	error = watch_outputs_move_on(server->settings->outputs, &moved);
	if (moved) {
		tell_of_watcher(server, "log-continued", false,
				"the log goes on in a new file");
		carry(server);
	}
	if (error) {
		tell_of_watcher(server, "log-not-continued", true,
				error->message);
		complain(error);
	}
}

/* Whoever is on the list before stays as he is, but for what is said of him. */
static void take_over(struct server *server, struct watch_authorized *list)
{
	const struct watch_authorized *before = server->settings->authorized;
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct watch_ids *ids = &list->ids[i];
		const struct watch_ids *known =
			watch_authorized_find(before, ids->key);
		const struct watch_ids said = *ids;

		if (known) {
			*ids = *known;
			watch_ids_change(ids, &said, server->now);
			continue;
		}
		ids->tell = tell_of_ids;
		ids->context = server;
		watch_ids_start(ids, server->now);
	}
}

static void tell_of_removed(struct server *server,
			    const struct watch_authorized *list)
{
	const struct watch_authorized *before = server->settings->authorized;
	size_t i;

	for (i = 0; i < before->count; i++) {
		struct watch_notice notice = {
			.action = "ids-removed",
			.severity = FATHOM_NOTICE,
		};
		const struct watch_ids *ids = &before->ids[i];

		if (watch_authorized_find(list, ids->key))
			continue;
		snprintf(notice.message, sizeof(notice.message),
			 "%s: has been taken off the list", ids->name);
		tell(server, ids, &notice);
	}
}

/* Who is not on the list has to go; who is to beat at another pace, as well:
 * it is told when it comes again. */
static void assign_peers(struct server *server,
			 const struct watch_authorized *list)
{
	struct watch_peer *peer = server->peers;

	while (peer) {
		struct watch_peer *next = peer->next;
		const struct watch_ids *before = peer->ids;
		struct watch_ids *now = NULL;

		if (before)
			now = watch_authorized_find(list, before->key);
		if (now)
			peer->ids = now;
		if (before && (!now || now->required_interval_ms !=
					       before->required_interval_ms))
			close_peer(server, peer);
		peer = next;
	}
}

static void renew_list(struct server *server)
{
	const struct watch_settings *settings = server->settings;
	struct watch_authorized list;
	struct fathom_error *error;

	error = watch_authorized_read(settings->list, &list);
	if (error) {
		error = fathom_error_prefix(
			error, "the list of IDSes stays as it was");
		tell_of_watcher(server, "list-refused", true, error->message);
		complain(error);
		return;
	}
	tell_of_removed(server, &list);
	take_over(server, &list);
	assign_peers(server, &list);
	free(settings->authorized->ids);
	*settings->authorized = list;
	bound_strangers(server);
	tell_of_watcher(server, "list-read", false,
			"the list of IDSes was read again");
}

static void renew(struct server *server)
{
	if (!*server->settings->renew)
		return;
	*server->settings->renew = 0;
	commit(server);
	follow_logs(server);
	renew_list(server);
}

static struct fathom_error *serve_all(struct server *server)
{
	const struct timespec time = {.tv_nsec = TICK_MS * 1000000L};
	struct epoll_event events[EVENTS];
	uint64_t ticked = 0;
	int count;

	while (!*server->settings->stop) {
		count = epoll_pwait2(server->epoll, events, EVENTS, &time,
				     server->settings->waiting_mask);
		if (count < 0 && errno != EINTR)
			return fathom_error_os(errno, "epoll");
		server->now = now_ms();
		handle_events(server, events, count);
		if (server->now - ticked >= TICK_MS) {
			/*
			 * Who has answered while the watcher could not look is
			 * heard before anybody is found to be late.
			 */
			count = epoll_wait(server->epoll, events, EVENTS, 0);
			handle_events(server, events, count);
			tick(server);
			ticked = server->now;
		}
		renew(server);
		commit(server);
		free_closed(server);
	}
	return NULL;
}

static void tear_down(struct server *server)
{
	while (server->peers)
		close_peer(server, server->peers);
	free_closed(server);
	SSL_CTX_free(server->tls);
	watch_state_file_destroy(server->state);
	if (server->listener >= 0)
		close(server->listener);
	if (server->epoll >= 0)
		close(server->epoll);
	free(server);
}

static void tell_of_start(struct server *server)
{
	const struct watch_outputs *outputs = server->settings->outputs;

	tell_of_watcher(server, "watch-started", false, "the watch begins");
	if (outputs->missing)
		tell_of_watcher(
			server, "log-missing", true,
			"a log was not where it had been, and goes on in a new file");
	if (outputs->was_unsigned)
		tell_of_watcher(
			server, "log-unsigned", true,
			"behind the signed end of a log lay something, which is in LOG.unsigned now");
}

struct fathom_error *watch_server_run(const struct watch_settings *settings)
{
	struct server *server = calloc(1, sizeof(*server));
	struct fathom_error *error;

	if (!server)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	server->settings = settings;
	server->listener = -1;
	server->epoll = -1;
	server->now = now_ms();
	error = set_up(server);
	if (!error) {
		start_all(server);
		tell_of_start(server);
		commit(server);
		settings->ready(settings->listen);
		error = serve_all(server);
		tell_of_watcher(server, "watch-ended", false, "the watch ends");
		commit(server);
	}
	tear_down(server);
	return error;
}
