/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A conversation's beginning and end, and what the agent is: see client.h. */
#include "client_call.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/secret.h>

/* The smallest limits an agent may tell: one page must go through. */
#define MIN_REQUEST 256u
#define MIN_REPLY   (2 * 4096u)

static bool ranges_valid(const struct fathom_wire_range *ranges, size_t count)
{
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!ranges[i].size || ranges[i].start < end ||
		    ranges[i].start >= CLIENT_MAX_PHYSICAL ||
		    ranges[i].size > CLIENT_MAX_PHYSICAL - ranges[i].start)
			return false;
		end = ranges[i].start + ranges[i].size;
	}
	return true;
}

static void take_limits(struct fathom_client *client,
			const struct fathom_wire_info *info)
{
	client->max_request =
		client_smaller(info->max_request, FATHOM_WIRE_MAX_REQUEST);
	client->max_reply =
		client_smaller(info->max_reply, FATHOM_WIRE_MAX_REPLY);
	client->max_items =
		client_smaller(info->max_items, FATHOM_WIRE_MAX_ITEMS);
}

static const char *check_info(const struct fathom_wire_info *info,
			      size_t body_size)
{
	uint64_t need =
		sizeof(*info) +
		(uint64_t)info->cpu_count * sizeof(struct fathom_wire_cpu) +
		(uint64_t)info->range_count * sizeof(struct fathom_wire_range);

	if (need != body_size)
		return "INFO of another length than its counts say";
	if (!info->range_count)
		return "INFO without RAM";
	if (info->cpu_count ? info->kernel_cpu >= info->cpu_count
			    : !(info->flags & FATHOM_INFO_NO_CPU_STATE))
		return "INFO without the CPU it speaks of";
	if (info->max_request < MIN_REQUEST || info->max_reply < MIN_REPLY ||
	    !info->max_items)
		return "INFO with impossible limits";
	return NULL;
}

static struct fathom_error *fetch_info(struct fathom_client *client)
{
	struct fathom_wire_info info;
	struct fathom_wire_range *ranges;
	struct fathom_wire_cpu *cpus;
	struct fathom_error *error;
	const uint8_t *body;
	const char *broken;
	size_t size;

	error = fathom_client_call(client, FATHOM_WIRE_INFO, 0, &body, &size);
	if (error)
		return error;
	if (size < sizeof(info))
		return fathom_client_broken("INFO too short");
	memcpy(&info, body, sizeof(info));
	broken = check_info(&info, size);
	if (broken)
		return fathom_client_broken(broken);

	/* One more than needed: an empty array is no failed allocation. */
	cpus = calloc((size_t)info.cpu_count + 1, sizeof(*cpus));
	ranges = calloc(info.range_count, sizeof(*ranges));
	if (!cpus || !ranges) {
		free(cpus);
		free(ranges);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	body += sizeof(info);
	memcpy(cpus, body, info.cpu_count * sizeof(*cpus));
	body += info.cpu_count * sizeof(*cpus);
	memcpy(ranges, body, info.range_count * sizeof(*ranges));
	if (!ranges_valid(ranges, info.range_count)) {
		free(cpus);
		free(ranges);
		return fathom_client_broken(
			"INFO with an impossible list of RAM");
	}
	free((void *)client->info.cpus);
	free((void *)client->info.ranges);
	client->info.wire = info;
	client->info.cpus = cpus;
	client->info.ranges = ranges;
	take_limits(client, &info);
	return NULL;
}

struct fathom_error *fathom_client_create(struct fathom_channel *channel,
					  struct fathom_client **ret)
{
	struct fathom_client *client = calloc(1, sizeof(*client));
	struct fathom_error *error;

	if (!client) {
		channel->ops->destroy(channel);
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	}
	client->channel = channel;
	pthread_mutex_init(&client->lock, NULL);
	client->request = fathom_secret_alloc(CLIENT_REQUEST_ROOM);
	client->reply = fathom_secret_alloc(FATHOM_WIRE_MAX_REPLY);
	error = client->request && client->reply
			? fetch_info(client)
			: fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					      "out of memory");
	if (error) {
		fathom_client_destroy(client);
		return error;
	}
	*ret = client;
	return NULL;
}

void fathom_client_destroy(struct fathom_client *client)
{
	if (!client)
		return;
	client->channel->ops->destroy(client->channel);
	pthread_mutex_destroy(&client->lock);
	free((void *)client->info.cpus);
	free((void *)client->info.ranges);
	fathom_secret_free(client->request, CLIENT_REQUEST_ROOM);
	fathom_secret_free(client->reply, FATHOM_WIRE_MAX_REPLY);
	fathom_page_memory_destroy(client->kept);
	free(client);
}

const struct fathom_client_info *
fathom_client_info(const struct fathom_client *client)
{
	return &client->info;
}

struct fathom_error *fathom_client_refresh(struct fathom_client *client)
{
	struct fathom_error *error = NULL;

	if (client->kept)
		fathom_page_memory_clear(client->kept);
	pthread_mutex_lock(&client->lock);
	if (client->channel->ops->refresh)
		error = client->channel->ops->refresh(client->channel);
	if (!error)
		error = fetch_info(client);
	pthread_mutex_unlock(&client->lock);
	return error;
}

uint64_t fathom_client_answered(const struct fathom_client *client)
{
	return atomic_load_explicit(&client->answered, memory_order_relaxed);
}

struct fathom_error *fathom_client_reach(struct fathom_client *client)
{
	uint64_t before = fathom_client_answered(client);
	struct fathom_error *error = NULL;
	const uint8_t *body;
	size_t size;

	pthread_mutex_lock(&client->lock);
	if (fathom_client_answered(client) == before)
		error = fathom_client_call(client, FATHOM_WIRE_INFO, 0, &body,
					   &size);
	pthread_mutex_unlock(&client->lock);
	return error;
}

void fathom_client_statistics(struct fathom_client *client,
			      struct fathom_client_statistics *ret)
{
	pthread_mutex_lock(&client->lock);
	*ret = client->statistics;
	pthread_mutex_unlock(&client->lock);
}
