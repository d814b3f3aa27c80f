/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A target that is served: see served_target.h. */
#include "served_target.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <fathom/channel.h>

#include "emulator.h"
#include "loopback.h"

/* Between two attempts to find a guest that has gone. */
#define SEARCH_SECONDS 1

struct served_target {
	const char *uri;
	const struct fathom_key_store *keys;
	size_t keys_size;
	struct fathom_channel *emulator;
	struct fathom_transport *agent;
	bool gone;	 /* the guest, until another one is there */
	time_t searched; /* CLOCK_MONOTONIC: when last */
};

static const char *behind(const char *uri, const char *scheme)
{
	size_t length = strlen(scheme);

	return strncmp(uri, scheme, length) != 0 || !uri[length] ? NULL
								 : uri + length;
}

static struct fathom_error *open_emulator(const char *uri,
					  struct fathom_channel **ret)
{
	const char *socket = behind(uri, "qemu:");
	const char *file = behind(uri, "dump:");

	if (socket)
		return fathom_emulator_open_qemu(socket, ret);
	if (file)
		return fathom_emulator_open_dump(file, ret);
	return fathom_error_create(
		FATHOM_ERROR_INVALID_ARGUMENT,
		"%s: an agent serves qemu:SOCKET or dump:FILE", uri);
}

static void close_agent(struct served_target *target)
{
	if (target->agent)
		target->agent->ops->destroy(target->agent);
	if (target->emulator)
		target->emulator->ops->destroy(target->emulator);
	target->agent = NULL;
	target->emulator = NULL;
}

/* The new one is there before the old one is closed: nothing is half open. */
static struct fathom_error *open_agent(struct served_target *target)
{
	struct fathom_transport *agent;
	struct fathom_channel *emulator;
	struct fathom_error *error = open_emulator(target->uri, &emulator);

	if (error)
		return error;
	error = loopback_open(emulator_agent(emulator), target->keys,
			      target->keys_size, &agent);
	if (error) {
		emulator->ops->destroy(emulator);
		return error;
	}
	close_agent(target);
	target->emulator = emulator;
	target->agent = agent;
	return NULL;
}

struct fathom_error *served_target_open(const char *uri,
					const struct fathom_key_store *keys,
					size_t keys_size,
					struct served_target **ret)
{
	struct served_target *target = calloc(1, sizeof(*target));
	struct fathom_error *error;

	if (!target)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	target->uri = uri;
	target->keys = keys;
	target->keys_size = keys_size;
	error = open_agent(target);
	if (error) {
		free(target);
		return error;
	}
	*ret = target;
	return NULL;
}

void served_target_close(struct served_target *target)
{
	close_agent(target);
	free(target);
}

/* Also makes the emulator look at the CPUs anew, as agents do. */
static void look_whether_gone(struct served_target *target)
{
	struct fathom_error *error;

	if (target->gone)
		return;
	error = target->emulator->ops->refresh(target->emulator);
	if (!error)
		return;
	target->gone = true;
	warnx("%s", error->message);
	fathom_error_destroy(error);
}

/* What went wrong, if not because the guest has gone: a busy monitor, say. */
static void tell_failure(struct served_target *target)
{
	struct fathom_error *error = emulator_failure(target->emulator);

	if (error)
		look_whether_gone(target);
	if (error && !target->gone)
		warnx("%s", error->message);
	fathom_error_destroy(error);
}

struct fathom_error *served_target_exchange(void *context, const void *message,
					    size_t size, void *reply,
					    size_t capacity, size_t *reply_size)
{
	struct served_target *target = context;
	struct fathom_error *error;

	(void)capacity; /* FATHOM_SEAL_MAX_REPLY, as loopback has it */
	look_whether_gone(target);
	error = target->agent->ops->exchange(target->agent, message, size,
					     reply, reply_size);
	tell_failure(target);
	return error;
}

static bool time_to_search(struct served_target *target)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec - target->searched < SEARCH_SECONDS)
		return false;
	target->searched = now.tv_sec;
	return true;
}

void served_target_tick(void *context)
{
	struct served_target *target = context;
	struct fathom_error *error;

	look_whether_gone(target);
	if (!target->gone || !time_to_search(target))
		return;
	error = open_agent(target);
	if (error) {
		fathom_error_destroy(error);
		return;
	}
	target->gone = false;
	warnx("%s: a guest is there again, and is served", target->uri);
}
