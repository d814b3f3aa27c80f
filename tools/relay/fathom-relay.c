/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * fathom-relay: carries sealed messages between IDSes and the agent in the
 * firmware of this machine, or one that listens elsewhere. The only privileged
 * part of Fathom, and privileged only until it serves: from then on it has a
 * mapping of the mailbox, one I/O port, and sockets; for an agent elsewhere, it
 * needs no privilege at all.
 */
#include <err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <fathom/error.h>
#include <fathom/seal.h>

#include "endpoint.h"
#include "firmware.h"
#include "mailbox.h"
#include "options.h"
#include "privileges.h"
#include "ready.h"
#include "ring_serve.h"
#include "serve.h"
#include "server.h"
#include "smi.h"

/* Serves for the firmware, as there is nothing to choose. */
#define DEFAULT_USER "fathom-relay"

/* Where messages go: one of the two. */
struct way {
	struct mailbox mailbox;
	struct endpoint onward;
};

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

static struct fathom_error *exchange(void *context, const void *message,
				     size_t size, void *reply, size_t capacity,
				     size_t *reply_size)
{
	static const struct mailbox_bell bell = {.ring = smi_raise};
	struct way *way = context;

	return mailbox_exchange(&way->mailbox, &bell, message, size, reply,
				capacity, reply_size);
}

static struct fathom_error *connect_onward(void *context, int *fd)
{
	struct way *way = context;

	return endpoint_connect(&way->onward, fd);
}

static void find_firmware(struct way *way, struct server_settings *settings)
{
	struct fathom_error *error = firmware_open(&way->mailbox);

	if (error)
		die(error->code == FATHOM_ERROR_UNSUPPORTED
			    ? RELAY_EXIT_NO_AGENT
			    : RELAY_EXIT_FAILED,
		    error);
	settings->exchange = exchange;
	settings->max_message = way->mailbox.request_capacity;
	settings->max_reply = way->mailbox.reply_capacity;
}

static void find_way(struct way *way, const struct options *options,
		     struct server_settings *settings)
{
	if (!options->agent) {
		find_firmware(way, settings);
		return;
	}
	die_if(endpoint_parse(options->agent, &way->onward));
	settings->connect = connect_onward;
	settings->max_message = FATHOM_SEAL_MAX_REQUEST;
	settings->max_reply = FATHOM_SEAL_MAX_REPLY;
}

/* Whom to serve as: 0 for who is not root, and stays who he is. */
static void find_user(const struct options *options, uid_t *uid, gid_t *gid,
		      gid_t *socket_group)
{
	const char *user = options->user;

	*uid = 0;
	*gid = 0;
	if (!user && (!options->agent || !geteuid()))
		user = DEFAULT_USER;
	if (user)
		die_if(privileges_find_user(user, uid, gid));
	*socket_group = user ? *gid : getegid();
	if (options->server.group)
		die_if(privileges_find_group(options->server.group,
					     socket_group));
}

static void give_up_privileges(const struct options *options, uid_t uid,
			       gid_t gid)
{
	bool root = !geteuid();

	if (!root && options->user)
		errx(RELAY_EXIT_FAILED, "only root can serve as another user");
	die_if(root ? privileges_drop(uid, gid) : privileges_confine(0));
}

/* As main() does with sockets. */
static void serve_ring(const struct options *options,
		       const struct server_settings *settings, uid_t uid,
		       gid_t gid, gid_t file_group)
{
	struct ring_server *server;
	struct ring_memory memory;

	die_if(ring_serve_open(&options->server, uid, file_group, &memory));
	die_if(ring_serve_create(&options->server, settings, &memory, &server));
	give_up_privileges(options, uid, gid);
	ready_tell("fathom-relay", options->server.listen,
		   options->server.listen_count);
	die_if(privileges_filter_syscalls(PRIVILEGES_SHARE));
	ring_server_run(server);
	ring_server_destroy(server);
}

int main(int argc, char **argv)
{
	struct server_settings settings = {0};
	struct options options;
	struct serve serve = {.settings = &settings};
	struct way way;
	gid_t socket_group;
	uid_t uid;
	gid_t gid;

	options_parse(argc, argv, &options);
	find_way(&way, &options, &settings);
	find_user(&options, &uid, &gid, &socket_group);
	settings.max_clients = options.server.max_clients;
	settings.idle_ms = (uint64_t)options.server.idle_seconds * 1000;
	settings.context = &way;
	serve_catch_signals(&serve);
	if (ring_serve_path(&options.server)) {
		serve_ring(&options, &settings, uid, gid, socket_group);
		return EXIT_SUCCESS;
	}
	die_if(serve_listen(&serve, options.server.listen,
			    options.server.listen_count, options.server.mode,
			    uid ? uid : geteuid(), socket_group));
	die_if(serve_create(&serve));
	give_up_privileges(&options, uid, gid);
	ready_tell("fathom-relay", options.server.listen,
		   options.server.listen_count);
	die_if(privileges_filter_syscalls(options.agent ? PRIVILEGES_FORWARD
							: PRIVILEGES_ANSWER));
	die_if(serve_run(&serve));
	return EXIT_SUCCESS;
}
