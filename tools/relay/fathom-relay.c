/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * fathom-relay: carries sealed messages between IDSes and the agent in the
 * firmware of this machine. The only privileged part of Fathom, and privileged
 * only until it serves: from then on it has a mapping of the mailbox, one I/O
 * port, and sockets.
 */
#include <err.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

#include <fathom/error.h>

#include "firmware.h"
#include "listener.h"
#include "mailbox.h"
#include "options.h"
#include "privileges.h"
#include "ready.h"
#include "ring_relay.h"
#include "server.h"
#include "smi.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static void die(int status, struct fathom_error *error)
{
	warnx("%s", error->message);
	fathom_error_destroy(error);
	exit(status);
}

static void die_if(struct fathom_error *error)
{
	if (error)
		die(RELAY_EXIT_FAILED, error);
}

/* Blocked from now on; let through only while the server waits. */
static void catch_signals(sigset_t *waiting_mask)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, waiting_mask);
	sigdelset(waiting_mask, SIGTERM);
	sigdelset(waiting_mask, SIGINT);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static struct fathom_error *exchange(void *context, const void *message,
				     size_t size, void *reply, size_t capacity,
				     size_t *reply_size)
{
	static const struct mailbox_bell bell = {.ring = smi_raise};

	return mailbox_exchange(context, &bell, message, size, reply, capacity,
				reply_size);
}

static void open_listeners(const struct options *options, uid_t *uid,
			   gid_t *gid, int listeners[SERVER_LISTENERS])
{
	gid_t socket_group;

	die_if(privileges_find_user(options->user, uid, gid));
	socket_group = *gid;
	if (options->group)
		die_if(privileges_find_group(options->group, &socket_group));
	die_if(listener_open(options->socket, options->mode, *uid, socket_group,
			     &listeners[0]));
	if (options->listen)
		die_if(listener_open_tcp(options->listen, &listeners[1]));
}

/* As main() does with sockets. */
static int serve_ring(const char *path, const struct options *options,
		      struct mailbox *mailbox, const sigset_t *waiting_mask)
{
	struct ring_server_settings settings = {
		.idle_ms = (uint64_t)options->idle_seconds * 1000,
		.max_message = mailbox->request_capacity,
		.max_reply = mailbox->reply_capacity,
		.exchange = exchange,
		.context = mailbox,
		.stop = &stop,
	};

	die_if(ring_relay_serve(path, options, &settings, waiting_mask));
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct server_settings settings = {
		.listeners = {-1, -1},
		.exchange = exchange,
		.stop = &stop,
	};
	struct mailbox mailbox;
	struct options options;
	struct fathom_error *error;
	struct server *server;
	sigset_t waiting_mask;
	uid_t uid;
	gid_t gid;

	options_parse(argc, argv, &options);
	error = firmware_open(&mailbox);
	if (error)
		die(error->code == FATHOM_ERROR_UNSUPPORTED
			    ? RELAY_EXIT_NO_AGENT
			    : RELAY_EXIT_FAILED,
		    error);
	catch_signals(&waiting_mask);
	if (ring_relay_path(options.listen))
		return serve_ring(ring_relay_path(options.listen), &options,
				  &mailbox, &waiting_mask);
	open_listeners(&options, &uid, &gid, settings.listeners);
	settings.max_clients = options.max_clients;
	settings.idle_ms = (uint64_t)options.idle_seconds * 1000;
	settings.max_message = mailbox.request_capacity;
	settings.max_reply = mailbox.reply_capacity;
	settings.context = &mailbox;
	settings.waiting_mask = &waiting_mask;
	die_if(server_create(&settings, &server));
	die_if(privileges_drop(uid, gid));
	ready_tell(options.socket);
	die_if(privileges_filter_syscalls());
	error = server_run(server);
	server_destroy(server);
	die_if(error);
	return EXIT_SUCCESS;
}
