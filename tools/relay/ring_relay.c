/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Serving at shared memory: see ring_relay.h. */
#include "ring_relay.h"

#include <string.h>

#include "privileges.h"
#include "ready.h"
#include "ring_file.h"

#define SCHEME "shm:"

const char *ring_relay_path(const char *listen)
{
	if (!listen || strncmp(listen, SCHEME, sizeof(SCHEME) - 1) != 0)
		return NULL;
	return listen + sizeof(SCHEME) - 1;
}

static struct fathom_error *open_area(const char *path,
				      const struct options *options, uid_t uid,
				      gid_t gid, struct ring_area *area)
{
	struct ring_file_settings settings = {
		.size = ring_area_size(options->max_clients),
		.mode = options->mode,
		.uid = uid,
		.gid = gid,
	};
	struct fathom_error *error = NULL;
	void *memory;
	size_t size;

	if (options->group)
		error = privileges_find_group(options->group, &settings.gid);
	if (!error)
		error = ring_file_open(path, &settings, &memory, &size);
	if (!error)
		error = ring_area_format(area, memory, size,
					 options->max_clients);
	return error;
}

struct fathom_error *ring_relay_serve(const char *path,
				      const struct options *options,
				      struct ring_server_settings *settings,
				      const sigset_t *waiting_mask)
{
	struct ring_server *server;
	struct fathom_error *error;
	uid_t uid;
	gid_t gid;

	error = privileges_find_user(options->user, &uid, &gid);
	if (!error)
		error = open_area(path, options, uid, gid, &settings->area);
	if (!error)
		error = ring_server_create(settings, &server);
	if (!error)
		error = privileges_drop(uid, gid);
	if (error)
		return error;
	/* Between two looks any time is right for a signal. */
	sigprocmask(SIG_SETMASK, waiting_mask, NULL);
	ready_tell(options->listen);
	error = privileges_filter_syscalls();
	if (!error)
		ring_server_run(server);
	return error;
}
