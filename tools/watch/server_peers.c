/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* See server_peers.h. */
#include "server_peers.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "server_tell.h"

/* Newcomers between two looks at those who are there. */
#define ACCEPTS 64

/* Files beside connections: outputs, hooks, and the like. */
#define OTHER_FILES 64

static void link_peer(struct watch_server *server, struct watch_peer *peer)
{
	peer->next = server->peers;
	if (server->peers)
		server->peers->previous = peer;
	else
		server->oldest = peer;
	server->peers = peer;
}

void watch_server_close_peer(struct watch_server *server,
			     struct watch_peer *peer)
{
	if (peer->unknown)
		watch_server_tell_of_stranger(server, peer);
	if (watch_peer_is_stranger(peer))
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

void watch_server_free_closed(struct watch_server *server)
{
	while (server->closed) {
		struct watch_peer *peer = server->closed;

		server->closed = peer->previous;
		free(peer);
	}
}

void watch_server_poll_peer(struct watch_server *server,
			    struct watch_peer *peer, int how)
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

static void make_room(struct watch_server *server)
{
	struct watch_peer *peer = server->oldest;

	while (peer && !watch_peer_is_stranger(peer))
		peer = peer->previous;
	if (peer)
		watch_server_close_peer(server, peer);
}

static bool accept_one(struct watch_server *server)
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
	watch_server_poll_peer(server, peer, EPOLL_CTL_ADD);
	return true;
}

void watch_server_accept(struct watch_server *server)
{
	int i;

	for (i = 0; i < ACCEPTS && accept_one(server); i++)
		;
}

void watch_server_bound_strangers(struct watch_server *server)
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
