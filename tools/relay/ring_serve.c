/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Serving at shared memory: see ring_serve.h. */
#include "ring_serve.h"

#include <signal.h>
#include <string.h>

#include "ring_file.h"

const char *ring_serve_path(const struct server_options *options)
{
	const char *first = options->listen[0];
	size_t length = strlen(SERVER_SHARED_MEMORY);

	return strncmp(first, SERVER_SHARED_MEMORY, length) ? NULL
							    : first + length;
}

struct fathom_error *ring_serve_open(const struct server_options *options,
				     uid_t uid, gid_t gid,
				     struct ring_memory *ret)
{
	const struct ring_file_settings file = {
		.size = ring_area_size(options->max_clients),
		.mode = options->mode,
		.uid = uid,
		.gid = gid,
	};

	return ring_file_open(ring_serve_path(options), &file, &ret->bytes,
			      &ret->size);
}

struct fathom_error *ring_serve_create(const struct server_options *options,
				       const struct server_settings *settings,
				       const struct ring_memory *memory,
				       struct ring_server **ret)
{
	struct ring_server_settings ring = {
		.idle_ms = settings->idle_ms,
		.max_message = settings->max_message,
		.max_reply = settings->max_reply,
		.exchange = settings->exchange,
		.tick = settings->tick,
		.context = settings->context,
		.stop = settings->stop,
	};
	struct fathom_error *error;

	error = ring_area_format(&ring.area, memory->bytes, memory->size,
				 options->max_clients);
	if (!error)
		error = ring_server_create(&ring, ret);
	/* Between two looks any time is right for a signal. */
	if (!error)
		sigprocmask(SIG_SETMASK, settings->waiting_mask, NULL);
	return error;
}
