/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What a target's memory costs to read, without what is made of it:
 * bench-pages URI prints the time of reading 64 bytes (the middle one of many)
 * in microseconds, and how many MB of pages come in a second. Keys are those of
 * FATHOM_KEY and FATHOM_AGENT_KEY.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <fathom/target.h>

#include "client.h"
#include "target_uri.h"

#define SMALL	    64u
#define SMALL_READS 201u
#define PIECE	    (8u << 20)
#define SECONDS	    2

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void die_if(struct fathom_error *error)
{
	if (error)
		errx(1, "%s", error->message);
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

/* The first RAM that a piece fits into. */
static uint64_t somewhere(const struct fathom_client *client)
{
	const struct fathom_client_info *info = fathom_client_info(client);
	uint32_t i;

	for (i = 0; i < info->wire.range_count; i++) {
		if (info->ranges[i].size >= PIECE + (1u << 20))
			return info->ranges[i].start + (1u << 20);
	}
	errx(1, "no RAM of %u bytes", PIECE);
}

static double small_read(struct fathom_client *client, uint64_t address)
{
	static double times[SMALL_READS];
	uint8_t buffer[SMALL];
	size_t i;

	for (i = 0; i < SMALL_READS; i++) {
		double begun = seconds();

		die_if(fathom_client_read(client, FATHOM_SPACE_PHYSICAL,
					  address, buffer, sizeof(buffer)));
		times[i] = seconds() - begun;
	}
	qsort(times, SMALL_READS, sizeof(times[0]), compare);
	return times[SMALL_READS / 2];
}

static double throughput(struct fathom_client *client, uint64_t address)
{
	double begun = seconds();
	uint8_t *buffer = malloc(PIECE);
	double bytes = 0;

	if (!buffer)
		errx(1, "out of memory");
	while (seconds() - begun < SECONDS) {
		die_if(fathom_client_read(client, FATHOM_SPACE_PHYSICAL,
					  address, buffer, PIECE));
		bytes += PIECE;
	}
	free(buffer);
	return bytes / (seconds() - begun);
}

int main(int argc, char **argv)
{
	struct fathom_target_options options = {
		.size = sizeof(options),
		.key = getenv("FATHOM_KEY"),
		.agent_key = getenv("FATHOM_AGENT_KEY"),
	};
	struct fathom_channel *channel;
	struct fathom_client *client;
	uint64_t address;

	if (argc != 2)
		errx(2, "usage: bench-pages URI");
	die_if(fathom_target_uri_open(argv[1], &options, &channel));
	die_if(fathom_client_create(channel, &client));
	address = somewhere(client);
	printf("%.0f %.1f\n", small_read(client, address) * 1e6,
	       throughput(client, address) / 1e6);
	fathom_client_destroy(client);
	return 0;
}
