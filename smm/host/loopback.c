/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A sealed agent in this process: see loopback.h. */
#include "loopback.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <fathom/sealed_agent.h>

struct loopback {
	struct fathom_transport transport;
	struct fathom_sealed_agent *sealed; /* NULL: not started */
	uint8_t *message; /* the agent's copy, as in firmware */
	void *request;
	void *reply;
};

static uint64_t milliseconds(void *context)
{
	struct timespec now;

	(void)context;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static const struct fathom_sealed_agent_port port = {
	.milliseconds = milliseconds,
};

static struct fathom_error *
loopback_exchange(struct fathom_transport *transport, const void *message,
		  size_t size, void *reply, size_t *reply_size)
{
	struct loopback *loopback = (struct loopback *)transport;
	const void *answer;

	if (size > FATHOM_SEAL_MAX_REQUEST)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "a message of %zu bytes is too long",
					   size);
	memcpy(loopback->message, message, size);
	*reply_size = fathom_sealed_agent_handle(
		loopback->sealed, loopback->message, size, &answer);
	memcpy(reply, answer, *reply_size);
	return NULL;
}

static void loopback_destroy(struct fathom_transport *transport)
{
	struct loopback *loopback = (struct loopback *)transport;

	if (loopback->sealed)
		fathom_sealed_agent_stop(loopback->sealed);
	free(loopback->sealed);
	free(loopback->message);
	free(loopback->request);
	free(loopback->reply);
	free(loopback);
}

static const struct fathom_transport_ops loopback_ops = {
	.exchange = loopback_exchange,
	.destroy = loopback_destroy,
};

static struct fathom_error *start(struct loopback *loopback,
				  struct fathom_agent *agent,
				  const struct fathom_key_store *keys,
				  size_t keys_size)
{
	struct fathom_sealed_agent *sealed;
	struct fathom_sealed_agent_settings settings = {
		.port = &port,
		.agent = agent,
		.keys = keys,
		.keys_size = keys_size,
	};

	loopback->message = malloc(FATHOM_SEAL_MAX_REQUEST);
	loopback->request = malloc(FATHOM_WIRE_MAX_REQUEST);
	loopback->reply = malloc(FATHOM_SEAL_MAX_REPLY);
	sealed = malloc(fathom_sealed_agent_size());
	if (!loopback->message || !loopback->request || !loopback->reply ||
	    !sealed) {
		free(sealed);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	settings.request = loopback->request;
	settings.reply = loopback->reply;
	if (!fathom_sealed_agent_start(sealed, &settings)) {
		free(sealed);
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"the sealed agent does not start: the key store or the agent's settings are not valid");
	}
	loopback->sealed = sealed;
	return NULL;
}

struct fathom_error *loopback_open(struct fathom_agent *agent,
				   const struct fathom_key_store *keys,
				   size_t keys_size,
				   struct fathom_transport **ret)
{
	struct loopback *loopback = calloc(1, sizeof(*loopback));
	struct fathom_error *error;

	if (!loopback)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	loopback->transport.ops = &loopback_ops;
	error = start(loopback, agent, keys, keys_size);
	if (error) {
		loopback_destroy(&loopback->transport);
		return error;
	}
	*ret = &loopback->transport;
	return NULL;
}
