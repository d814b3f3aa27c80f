/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Around a server: see serve.h. */
#include "serve.h"

#include <stddef.h>
#include <unistd.h>

#include "endpoint.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

void serve_catch_signals(struct serve *serve)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, &serve->waiting_mask);
	sigdelset(&serve->waiting_mask, SIGTERM);
	sigdelset(&serve->waiting_mask, SIGINT);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	serve->settings->stop = &stop;
	serve->settings->waiting_mask = &serve->waiting_mask;
}

struct fathom_error *serve_listen(struct serve *serve, const char *const *where,
				  unsigned int count, mode_t mode, uid_t uid,
				  gid_t gid)
{
	struct fathom_error *error = NULL;
	struct endpoint endpoint;
	unsigned int i;

	for (i = 0; i < SERVER_LISTENERS; i++)
		serve->settings->listeners[i] = -1;
	for (i = 0; !error && i < count; i++) {
		error = endpoint_parse(where[i], &endpoint);
		if (!error)
			error = endpoint_listen(&endpoint, mode, uid, gid,
						&serve->settings->listeners[i]);
	}
	return error;
}

struct fathom_error *serve_create(struct serve *serve)
{
	return server_create(serve->settings, &serve->server);
}

struct fathom_error *serve_run(struct serve *serve)
{
	struct fathom_error *error = server_run(serve->server);
	unsigned int i;

	server_destroy(serve->server);
	for (i = 0; i < SERVER_LISTENERS; i++) {
		if (serve->settings->listeners[i] >= 0)
			close(serve->settings->listeners[i]);
	}
	return error;
}
