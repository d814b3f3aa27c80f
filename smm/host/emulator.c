/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A channel to an agent core of our own: see emulator.h. */
#include "emulator.h"

#include <pthread.h>
#include <stdlib.h>

#include <fathom/agent.h>

/* Some 10 ms of work at most, so that a call never seems to hang. */
#define MAX_SCAN (16u << 20)

struct emulator {
	struct fathom_channel channel;
	struct emulator_source *source;
	pthread_mutex_t lock; /* of all below */
	struct fathom_error
		*failure; /* of a port function, not handed on yet */
	bool cpus_stale;
	bool gone; /* as was seen at a refresh: for good */
	struct fathom_agent agent;
};

void emulator_source_destroy(struct emulator_source *source)
{
	free(source->ranges);
	free(source->cpus);
	source->ranges = NULL;
	source->cpus = NULL;
	source->ops->destroy(source);
}

static uint32_t fail(struct emulator *emulator, struct fathom_error *error)
{
	if (emulator->failure)
		fathom_error_destroy(error);
	else
		emulator->failure = error;
	return FATHOM_WIRE_TARGET_GONE;
}

static uint32_t port_read(void *context, uint64_t address, void *buffer,
			  uint32_t size)
{
	struct emulator *emulator = context;
	struct fathom_error *error;
	bool missing = false;

	if (emulator->gone)
		return FATHOM_WIRE_TARGET_GONE;
	error = emulator->source->ops->read(emulator->source, address, buffer,
					    size, &missing);
	if (error)
		return fail(emulator, error);
	return missing ? FATHOM_WIRE_NOT_RAM : FATHOM_WIRE_OK;
}

static uint32_t port_cpus(void *context, const struct fathom_wire_cpu **cpus,
			  uint32_t *count)
{
	struct emulator *emulator = context;
	struct emulator_source *source = emulator->source;
	struct fathom_error *error;

	if (emulator->gone)
		return FATHOM_WIRE_TARGET_GONE;
	if (emulator->cpus_stale && source->ops->reload_cpus) {
		error = source->ops->reload_cpus(source);
		if (error)
			return fail(emulator, error);
	}
	emulator->cpus_stale = false;
	*cpus = source->cpus;
	*count = source->cpu_count;
	return FATHOM_WIRE_OK;
}

static uint64_t port_next_data(void *context, uint64_t address)
{
	struct emulator_source *source = ((struct emulator *)context)->source;

	return source->ops->next_data ? source->ops->next_data(source, address)
				      : address;
}

static const struct fathom_agent_port emulator_port = {
	.read = port_read,
	.cpus = port_cpus,
	.next_data = port_next_data,
};

/*
 * Whether the guest lives is asked after the work: a reply that is handed out
 * comes from a guest that was alive when it was made.
 */
static struct fathom_error *
call_locked(struct emulator *emulator, const void *request, size_t request_size,
	    void *reply, size_t reply_capacity, size_t *reply_size)
{
	struct emulator_source *source = emulator->source;
	struct fathom_error *error;
	size_t size;

	fathom_error_destroy(emulator->failure);
	emulator->failure = NULL;
	size = fathom_agent_handle(&emulator->agent, request, request_size,
				   reply, reply_capacity);
	if (source->ops->alive) {
		error = source->ops->alive(source);
		if (error)
			return error;
	}
	error = emulator->failure;
	emulator->failure = NULL;
	if (!error)
		*reply_size = size;
	return error;
}

static struct fathom_error *emulator_call(struct fathom_channel *channel,
					  const void *request,
					  size_t request_size, void *reply,
					  size_t reply_capacity,
					  size_t *reply_size)
{
	struct emulator *emulator = (struct emulator *)channel;
	struct fathom_error *error;

	pthread_mutex_lock(&emulator->lock);
	error = call_locked(emulator, request, request_size, reply,
			    reply_capacity, reply_size);
	pthread_mutex_unlock(&emulator->lock);
	return error;
}

/* The CPUs are looked at when a request needs them, which is rare. */
static struct fathom_error *emulator_refresh(struct fathom_channel *channel)
{
	struct emulator *emulator = (struct emulator *)channel;
	struct emulator_source *source = emulator->source;
	struct fathom_error *error = NULL;

	pthread_mutex_lock(&emulator->lock);
	emulator->cpus_stale = true;
	if (source->ops->forget)
		source->ops->forget(source);
	if (source->ops->alive)
		error = source->ops->alive(source);
	emulator->gone = error;
	pthread_mutex_unlock(&emulator->lock);
	return error;
}

static void emulator_destroy(struct fathom_channel *channel)
{
	struct emulator *emulator = (struct emulator *)channel;

	pthread_mutex_destroy(&emulator->lock);
	fathom_error_destroy(emulator->failure);
	emulator_source_destroy(emulator->source);
	free(emulator);
}

static const struct fathom_channel_ops emulator_ops = {
	.call = emulator_call,
	.refresh = emulator_refresh,
	.destroy = emulator_destroy,
};

struct fathom_agent *emulator_agent(struct fathom_channel *channel)
{
	return &((struct emulator *)channel)->agent;
}

struct fathom_error *emulator_failure(struct fathom_channel *channel)
{
	struct emulator *emulator = (struct emulator *)channel;
	struct fathom_error *error = emulator->failure;

	emulator->failure = NULL;
	return error;
}

struct fathom_error *emulator_open(struct emulator_source *source,
				   struct fathom_channel **ret)
{
	struct emulator *emulator = calloc(1, sizeof(*emulator));

	if (!emulator) {
		emulator_source_destroy(source);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	emulator->channel.ops = &emulator_ops;
	emulator->source = source;
	pthread_mutex_init(&emulator->lock, NULL);
	emulator->agent = (struct fathom_agent){
		.port = &emulator_port,
		.context = emulator,
		.ranges = source->ranges,
		.range_count = source->range_count,
		.limits =
			{
				.max_request = FATHOM_WIRE_MAX_REQUEST,
				.max_reply = FATHOM_WIRE_MAX_REPLY,
				.max_items = FATHOM_WIRE_MAX_ITEMS,
				.max_scan = MAX_SCAN,
			},
	};
	if (!fathom_agent_check(&emulator->agent)) {
		emulator_destroy(&emulator->channel);
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"the RAM ranges contradict each other");
	}
	*ret = &emulator->channel;
	return NULL;
}
