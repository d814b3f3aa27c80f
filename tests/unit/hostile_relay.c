/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* See hostile_relay.h. */
#include "hostile_relay.h"

#include <endian.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent_client.h"
#include "crypto.h"
#include "endpoint.h"
#include "served_target.h"

#include <cmocka.h>

#define IDS_KEY 4

const uint8_t *ids_key(void)
{
	static uint8_t key[FATHOM_KEY_SIZE];

	memset(key, IDS_KEY, sizeof(key));
	return key;
}

static void public_of(uint8_t value, uint8_t *private_key, uint8_t *public_key)
{
	struct crypto_private_key key;
	uint8_t bytes[FATHOM_KEY_SIZE];

	memset(bytes, value, sizeof(bytes));
	assert_true(crypto_private_key_load(&key, bytes));
	if (private_key)
		memcpy(private_key, bytes, sizeof(bytes));
	memcpy(public_key, key.public_key, FATHOM_KEY_SIZE);
	crypto_private_key_wipe(&key);
}

/* A socket that listens at a port of its own choice. */
static int listen_anywhere(char address[64])
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	socklen_t size = sizeof(any);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&any, size), 0);
	assert_int_equal(listen(fd, 64), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&any, &size), 0);
	snprintf(address, 64, "127.0.0.1:%u", ntohs(any.sin_port));
	return fd;
}

static void make_dump(struct agent_server *agent)
{
	uint8_t *bytes = malloc(DUMP_SIZE);
	size_t i;

	assert_non_null(bytes);
	for (i = 0; i < DUMP_SIZE; i++)
		bytes[i] = (uint8_t)(i >> 12 ^ i);
	strcpy(agent->path, "/tmp/fathom-dump-XXXXXX");
	agent->dump = mkstemp(agent->path);
	assert_true(agent->dump >= 0);
	assert_int_equal(pwrite(agent->dump, bytes, DUMP_SIZE, 0), DUMP_SIZE);
	free(bytes);
}

static void *serve(void *context)
{
	struct agent_server *agent = context;

	client_no_error(server_run(agent->server));
	return NULL;
}

static void serve_at(struct agent_server *agent)
{
	struct endpoint endpoint;
	char uri[80];

	snprintf(uri, sizeof(uri), "dump:%s", agent->path);
	client_no_error(served_target_open(
		uri, &agent->keys.header, sizeof(agent->keys), &agent->target));
	client_no_error(endpoint_parse(agent->address, &endpoint));
	client_no_error(endpoint_listen(&endpoint, 0, 0, 0,
					&agent->settings.listeners[0]));
	agent->settings.context = agent->target;
	agent->stop = 0;
	client_no_error(server_create(&agent->settings, &agent->server));
	assert_int_equal(pthread_create(&agent->thread, NULL, serve, agent), 0);
}

void agent_server_start(struct agent_server *agent, uint8_t key)
{
	memset(agent, 0, sizeof(*agent));
	make_dump(agent);
	agent->keys.header.magic = FATHOM_KEY_STORE_MAGIC;
	agent->keys.header.version = FATHOM_KEY_STORE_VERSION;
	agent->keys.header.count = 1;
	public_of(key, agent->keys.header.private_key, agent->public_key);
	public_of(IDS_KEY, NULL, agent->keys.authorized);
	sigemptyset(&agent->waiting_mask);
	agent->settings = (struct server_settings){
		.listeners = {-1, -1, -1, -1},
		.max_clients = 16,
		.idle_ms = 60000,
		.max_message = FATHOM_SEAL_MAX_REQUEST,
		.max_reply = FATHOM_SEAL_MAX_REPLY,
		.exchange = served_target_exchange,
		.tick = served_target_tick,
		.stop = &agent->stop,
		.waiting_mask = &agent->waiting_mask,
	};
	close(listen_anywhere(agent->address));
	serve_at(agent);
}

/* It looks twice a second. */
static void stop_serving(struct agent_server *agent)
{
	agent->stop = 1;
	pthread_join(agent->thread, NULL);
	server_destroy(agent->server);
	close(agent->settings.listeners[0]);
	served_target_close(agent->target);
}

void agent_server_restart(struct agent_server *agent)
{
	stop_serving(agent);
	serve_at(agent);
}

void agent_server_stop(struct agent_server *agent)
{
	stop_serving(agent);
	close(agent->dump);
	unlink(agent->path);
}

void hostile_send_bytes(struct hostile_relay *relay, bool to_ids,
			const void *bytes, size_t size)
{
	(void)!send(to_ids ? relay->client : relay->agent, bytes, size,
		    MSG_NOSIGNAL);
}

void hostile_send(struct hostile_relay *relay, bool to_ids,
		  const struct frame *frame)
{
	uint32_t prefix = htole32((uint32_t)frame->size);

	hostile_send_bytes(relay, to_ids, &prefix, sizeof(prefix));
	hostile_send_bytes(relay, to_ids, frame->bytes, frame->size);
}

void hostile_hang_up(struct hostile_relay *relay)
{
	if (relay->client >= 0)
		close(relay->client);
	if (relay->agent >= 0)
		close(relay->agent);
	relay->client = -1;
	relay->agent = -1;
}

static bool receive(int fd, struct frame *frame)
{
	uint32_t prefix;

	if (recv(fd, &prefix, sizeof(prefix), MSG_WAITALL) != sizeof(prefix))
		return false;
	frame->size = le32toh(prefix);
	return frame->size <= sizeof(frame->bytes) &&
	       (!frame->size || recv(fd, frame->bytes, frame->size,
				     MSG_WAITALL) == (ssize_t)frame->size);
}

static void carry(struct hostile_relay *relay, bool reply)
{
	static _Thread_local struct frame frame;
	hostile_attack attack = relay->attack;

	if (!receive(reply ? relay->agent : relay->client, &frame))
		hostile_hang_up(relay);
	else if (attack)
		attack(relay, reply, &frame);
	else
		hostile_send(relay, reply, &frame);
}

static void take_client(struct hostile_relay *relay)
{
	const struct timeval limit = {.tv_sec = 5};
	struct endpoint endpoint;

	hostile_hang_up(relay);
	relay->client = accept(relay->listener, NULL, NULL);
	relay->connections++;
	client_no_error(endpoint_parse(relay->onward, &endpoint));
	relay->agent = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(relay->agent, SOL_SOCKET, SO_RCVTIMEO, &limit,
		   sizeof(limit));
	setsockopt(relay->client, SOL_SOCKET, SO_RCVTIMEO, &limit,
		   sizeof(limit));
	if (connect(relay->agent, (struct sockaddr *)&endpoint.address,
		    endpoint.size))
		hostile_hang_up(relay);
	else if (relay->greet)
		relay->greet(relay);
}

static void *work(void *context)
{
	struct hostile_relay *relay = context;

	for (;;) {
		struct pollfd pollfds[] = {
			{.fd = relay->stop[0], .events = POLLIN},
			{.fd = relay->listener, .events = POLLIN},
			{.fd = relay->client, .events = POLLIN},
			{.fd = relay->agent, .events = POLLIN},
		};

		poll(pollfds, 4, -1);
		if (pollfds[0].revents)
			return NULL;
		if (pollfds[1].revents)
			take_client(relay);
		else if (pollfds[2].revents)
			carry(relay, false);
		else if (pollfds[3].revents)
			carry(relay, true);
	}
}

void hostile_start(struct hostile_relay *relay, const char *onward)
{
	memset(relay, 0, sizeof(*relay));
	relay->onward = onward;
	relay->client = -1;
	relay->agent = -1;
	relay->listener = listen_anywhere(relay->address);
	assert_int_equal(pipe(relay->stop), 0);
	assert_int_equal(pthread_create(&relay->thread, NULL, work, relay), 0);
}

void hostile_stop(struct hostile_relay *relay)
{
	(void)!write(relay->stop[1], "", 1);
	pthread_join(relay->thread, NULL);
	hostile_hang_up(relay);
	close(relay->listener);
	close(relay->stop[0]);
	close(relay->stop[1]);
}
