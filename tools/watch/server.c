/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The watcher's work: see server.h. */
#include "server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "report_tls.h"
#include "server_commit.h"
#include "server_peers.h"
#include "server_renew.h"
#include "server_talk.h"
#include "server_tell.h"
#include "tcp_address.h"

/* How late a time limit may be noticed. */
#define TICK_MS 20

#define BACKLOG 4096

/* All that may be there at once. */
#define EVENTS (WATCH_MAX_STRANGERS + WATCH_MAX_IDS + 1)

/* Between two tries to write down what is kept. */
#define RETRY_MS 1000

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool accept_key(void *context, SSL *ssl,
		       const uint8_t key[FATHOM_KEY_SIZE])
{
	struct watch_server *server = context;
	struct watch_peer *peer = SSL_get_app_data(ssl);

	peer->ids = watch_authorized_find(server->settings->authorized, key);
	peer->unknown = !peer->ids;
	memcpy(peer->key, key, FATHOM_KEY_SIZE);
	return peer->ids;
}

/* Whether the peer can stay. */
static bool tick_peer(struct watch_server *server, struct watch_peer *peer)
{
	if (peer->fd < 0)
		return true;
	if (watch_peer_is_stranger(peer))
		return server->now - peer->since <
		       server->settings->patience_ms;
	if (!watch_ids_tick(peer->ids, server->now))
		return false;
	if (peer->closing || peer->ended ||
	    !watch_ids_challenge_due(peer->ids, server->now))
		return true;
	return watch_server_challenge(server, peer);
}

static void tick_peers(struct watch_server *server)
{
	struct watch_peer *peer = server->peers;

	while (peer) {
		struct watch_peer *next = peer->next;

		if (!tick_peer(server, peer))
			watch_server_close_peer(server, peer);
		else if (watch_peer_has_input(peer) || watch_peer_is_over(peer))
			watch_server_serve(server, peer);
		else if (peer->fd >= 0 && !watch_peer_is_stranger(peer))
			watch_server_poll_peer(server, peer, EPOLL_CTL_MOD);
		peer = next;
	}
}

static void tick(struct watch_server *server)
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
		watch_server_carry(server);
	watch_hook_tick(server->settings->hook, server->now);
	watch_state_file_write(server->state, all, server->now);
}

/* Newcomers last: they may displace somebody who has something to say. */
static void handle_events(struct watch_server *server,
			  const struct epoll_event *events, int count)
{
	bool newcomers = false;
	int i;

	for (i = 0; i < count; i++) {
		if (events[i].data.ptr)
			watch_server_serve(server, events[i].data.ptr);
		else
			newcomers = true;
	}
	if (newcomers)
		watch_server_accept(server);
}

static struct fathom_error *open_listener(struct watch_server *server)
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

/* By the log, some had been there when the last watcher ended. */
static void start_all(struct watch_server *server)
{
	const struct watch_authorized *all = server->settings->authorized;
	size_t i;

	for (i = 0; i < all->count; i++) {
		struct watch_ids *ids = &all->ids[i];

		ids->tell = watch_server_tell_of_ids;
		ids->context = server;
		if (ids->presence == WATCH_GONE)
			watch_ids_expect(ids, server->now);
		else
			watch_ids_start(ids, server->now);
	}
}

static struct fathom_error *set_up(struct watch_server *server)
{
	const struct watch_settings *settings = server->settings;
	struct fathom_error *error;

	server->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (server->epoll < 0)
		return fathom_error_os(errno, "epoll");
	watch_server_bound_strangers(server);
	error = report_tls_context(true, settings->key, accept_key, server,
				   &server->tls);
	if (!error && settings->state)
		error = watch_state_file_create(settings->state,
						&server->state);
	return error ? error : open_listener(server);
}

static struct fathom_error *serve_all(struct watch_server *server)
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
		watch_server_renew(server);
		watch_server_commit(server);
		watch_server_free_closed(server);
	}
	return NULL;
}

static void tear_down(struct watch_server *server)
{
	while (server->peers)
		watch_server_close_peer(server, server->peers);
	watch_server_free_closed(server);
	SSL_CTX_free(server->tls);
	watch_state_file_destroy(server->state);
	if (server->listener >= 0)
		close(server->listener);
	if (server->epoll >= 0)
		close(server->epoll);
	free(server);
}

static void tell_of_start(struct watch_server *server)
{
	const struct watch_outputs *outputs = server->settings->outputs;

	watch_server_tell_of_watcher(server, "watch-started", false,
				     "the watch begins");
	if (outputs->missing)
		watch_server_tell_of_watcher(
			server, "log-missing", true,
			"a log was not where it had been, and goes on in a new file");
	if (outputs->was_unsigned)
		watch_server_tell_of_watcher(
			server, "log-unsigned", true,
			"behind the signed end of a log lay something, which is in LOG.unsigned now");
}

struct fathom_error *watch_server_run(const struct watch_settings *settings)
{
	struct watch_server *server = calloc(1, sizeof(*server));
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
		watch_server_commit(server);
		settings->ready(settings->listen);
		error = serve_all(server);
		watch_server_tell_of_watcher(server, "watch-ended", false,
					     "the watch ends");
		watch_server_commit(server);
	}
	tear_down(server);
	return error;
}
