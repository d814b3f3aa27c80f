/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A way that takes time: bench-delay PORT TO-PORT MS carries what is said at
 * one TCP port of this machine to another and back, each byte MS milliseconds
 * later, half of it in each direction. As much as is said may be on its way.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct chunk {
	struct chunk *next;
	uint64_t due; /* ns */
	size_t size;  /* 0: the end */
	uint8_t bytes[64 * 1024];
};

/* One direction: what was read and waits until it is due. */
struct street {
	int from;
	int to;
	uint64_t delay; /* ns */
	struct chunk *first;
	struct chunk **last;
	pthread_mutex_t lock;
	pthread_cond_t there_is;
};

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void append(struct street *street, struct chunk *chunk)
{
	pthread_mutex_lock(&street->lock);
	*street->last = chunk;
	street->last = &chunk->next;
	pthread_cond_signal(&street->there_is);
	pthread_mutex_unlock(&street->lock);
}

static struct chunk *take(struct street *street)
{
	struct chunk *chunk;

	pthread_mutex_lock(&street->lock);
	while (!street->first)
		pthread_cond_wait(&street->there_is, &street->lock);
	chunk = street->first;
	street->first = chunk->next;
	if (!street->first)
		street->last = &street->first;
	pthread_mutex_unlock(&street->lock);
	return chunk;
}

static void *read_all(void *context)
{
	struct street *street = context;
	ssize_t got;

	do {
		struct chunk *chunk = malloc(sizeof(*chunk));

		if (!chunk)
			errx(1, "out of memory");
		got = recv(street->from, chunk->bytes, sizeof(chunk->bytes), 0);
		chunk->next = NULL;
		chunk->size = got > 0 ? (size_t)got : 0;
		chunk->due = now() + street->delay;
		append(street, chunk);
	} while (got > 0);
	return NULL;
}

static void wait_until(uint64_t due)
{
	const struct timespec time = {
		.tv_sec = (time_t)(due / 1000000000u),
		.tv_nsec = (long)(due % 1000000000u),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL))
		;
}

static void *write_all(void *context)
{
	struct street *street = context;
	struct chunk *chunk;
	size_t size;

	do {
		size_t done = 0;

		chunk = take(street);
		size = chunk->size;
		if (street->delay)
			wait_until(chunk->due);
		while (done < size) {
			ssize_t sent = send(street->to, chunk->bytes + done,
					    size - done, MSG_NOSIGNAL);

			if (sent <= 0)
				break;
			done += (size_t)sent;
		}
		free(chunk);
	} while (size);
	shutdown(street->to, SHUT_WR);
	return NULL;
}

static struct sockaddr_in at(const char *port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static void start(struct street *street, int from, int to, uint64_t delay)
{
	pthread_t thread;

	*street = (struct street){.from = from, .to = to, .delay = delay};
	street->last = &street->first;
	pthread_mutex_init(&street->lock, NULL);
	pthread_cond_init(&street->there_is, NULL);
	if (pthread_create(&thread, NULL, read_all, street) ||
	    pthread_create(&thread, NULL, write_all, street))
		errx(1, "no thread");
}

/* What a connection took is given back when the process ends. */
static void carry(int client, const char *port, uint64_t delay)
{
	const struct sockaddr_in address = at(port);
	struct street *streets = calloc(2, sizeof(*streets));
	int server = socket(AF_INET, SOCK_STREAM, 0);
	const int on = 1;

	if (!streets || server < 0 ||
	    connect(server, (const struct sockaddr *)&address, sizeof(address)))
		err(1, "port %s", port);
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	start(&streets[0], client, server, delay);
	start(&streets[1], server, client, delay);
}

int main(int argc, char **argv)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in address;
	const int on = 1;

	if (argc != 4)
		errx(2, "usage: bench-delay PORT TO-PORT MS");
	if (listener < 0)
		err(1, "socket");
	address = at(argv[1]);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(listener, 16))
		err(1, "port %s", argv[1]);
	for (;;) {
		int client = accept(listener, NULL, NULL);

		if (client >= 0)
			carry(client, argv[2],
			      (uint64_t)(atof(argv[3]) * 1e6 / 2));
	}
}
