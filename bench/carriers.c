/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What it costs to carry a message to a relay on the same machine and a reply
 * back, by each kind of carrier, and nothing else: the agent behind it answers
 * at once, and nothing is sealed.
 *
 *   bench-carriers SECONDS
 *
 * Prints words separated by tabs: see bench/pair.
 */
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <fathom/error.h>
#include <fathom/transport.h>

#include "endpoint.h"
#include "listener.h"
#include "ring_file.h"
#include "ring_server.h"
#include "server.h"

#define MAX_MESSAGE (68u * 1024)
#define MAX_REPLY   (516u * 1024)
#define TCP_ADDRESS "127.0.0.1:47113"
/* Turns between two looks at the clock. */
#define BATCH 20

static const size_t reply_sizes[] = {256, 4096 + 40, 64 * 4096 + 40};

static volatile sig_atomic_t stop;
static size_t reply_size;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void must(struct fathom_error *error)
{
	if (error)
		errx(1, "%s", error->message);
}

static struct fathom_error *answer(void *context, const void *message,
				   size_t size, void *reply, size_t capacity,
				   size_t *ret)
{
	(void)context;
	(void)message;
	(void)size;
	(void)reply;
	(void)capacity;
	*ret = reply_size;
	return NULL;
}

static void *serve_sockets(void *context)
{
	must(server_run(context));
	return NULL;
}

static void *serve_ring(void *context)
{
	ring_server_run(context);
	return NULL;
}

static void start_sockets(const char *socket)
{
	static sigset_t mask;
	struct server_settings settings = {
		.listeners = {-1, -1, -1, -1},
		.max_clients = 4,
		.idle_ms = 60000,
		.max_message = MAX_MESSAGE,
		.max_reply = MAX_REPLY,
		.exchange = answer,
		.stop = &stop,
		.waiting_mask = &mask,
	};
	struct endpoint endpoint;
	struct server *server;
	pthread_t thread;

	must(listener_open(socket, 0600, getuid(), getgid(),
			   &settings.listeners[0]));
	must(endpoint_parse(TCP_ADDRESS, &endpoint));
	must(endpoint_listen(&endpoint, 0600, getuid(), getgid(),
			     &settings.listeners[1]));
	must(server_create(&settings, &server));
	if (pthread_create(&thread, NULL, serve_sockets, server))
		errx(1, "no thread");
}

static void start_ring(const char *path)
{
	const struct ring_file_settings file = {
		.size = ring_area_size(4),
		.mode = 0600,
		.uid = getuid(),
		.gid = getgid(),
	};
	struct ring_server_settings settings = {
		.idle_ms = 60000,
		.max_message = MAX_MESSAGE,
		.max_reply = MAX_REPLY,
		.exchange = answer,
		.stop = &stop,
	};
	struct ring_server *server;
	pthread_t thread;
	void *memory;
	size_t size;

	must(ring_file_open(path, &file, &memory, &size));
	must(ring_area_format(&settings.area, memory, size, 4));
	must(ring_server_create(&settings, &server));
	if (pthread_create(&thread, NULL, serve_ring, server))
		errx(1, "no thread");
}

/* Seconds of one exchange: the fastest batch. */
static double measure(struct fathom_transport *transport, double seconds)
{
	static const uint8_t message[128];
	static uint8_t reply[FATHOM_SEAL_MAX_REPLY];
	double end = now() + seconds;
	double best = 1e9;
	size_t size;
	int i;

	do {
		double began = now();
		double each;

		for (i = 0; i < BATCH; i++)
			must(transport->ops->exchange(transport, message,
						      sizeof(message), reply,
						      &size));
		if (size != reply_size)
			errx(1, "a reply of another size");
		each = (now() - began) / BATCH;
		best = each < best ? each : best;
	} while (now() < end);
	return best;
}

static void run(const char *name, struct fathom_transport *transport,
		double seconds)
{
	size_t i;

	for (i = 0; i < sizeof(reply_sizes) / sizeof(reply_sizes[0]); i++) {
		double time;

		reply_size = reply_sizes[i];
		time = measure(transport, seconds);
		printf("%s\t%zu\t%.2f\t%.0f\n", name, reply_size, time * 1e6,
		       (double)reply_size / time / 1e6);
	}
	transport->ops->destroy(transport);
}

int main(int argc, char **argv)
{
	struct fathom_transport *transport;
	char socket[64];
	char memory[64];
	double seconds;

	if (argc != 2) {
		fputs("usage: bench-carriers SECONDS\n", stderr);
		return 2;
	}
	seconds = atof(argv[1]);
	snprintf(socket, sizeof(socket), "/dev/shm/bench-carriers-%d.sock",
		 getpid());
	snprintf(memory, sizeof(memory), "/dev/shm/bench-carriers-%d",
		 getpid());
	start_sockets(socket);
	start_ring(memory);
	must(fathom_transport_open_unix(socket, NULL, &transport));
	run("unix", transport, seconds);
	must(fathom_transport_open_tcp(TCP_ADDRESS, NULL, &transport));
	run("tcp", transport, seconds);
	must(fathom_transport_open_shm(memory, NULL, &transport));
	run("shm", transport, seconds);
	unlink(socket);
	unlink(memory);
	return 0;
}
