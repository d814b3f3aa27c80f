/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * relay_attack SOCKET RELAY HOW AFTER
 *
 * A relay that somebody has taken over: listens at SOCKET, passes messages on
 * to the relay at RELAY, and from message AFTER of each connection on does with
 * them what HOW says.
 */
#include <endian.h>
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAX_MESSAGE (2u << 20)
#define LATE_S	    25
/* A header is the same in all hellos: fathom/seal.h. */
#define HEADER_SIZE 24

struct message {
	uint32_t size;
	uint8_t bytes[MAX_MESSAGE];
};

/*
 * Seen by all connections: the newest reply to each of the last two, and the
 * first handshake of all.
 */
struct gossip {
	pid_t from[2];
	struct message reply[2];
	struct message hello;
	struct message welcome;
};

struct attack {
	int client;
	int relay;
	struct message request;
	struct message reply;
	struct message old; /* the reply before this one */
	struct gossip *gossip;
};

static struct attack attack;

static void take_all(int fd, void *data, size_t size)
{
	uint8_t *next = data;

	while (size) {
		ssize_t got = recv(fd, next, size, 0);

		if (got <= 0)
			exit(0);
		next += got;
		size -= (size_t)got;
	}
}

static void give_all(int fd, const void *data, size_t size)
{
	const uint8_t *next = data;

	while (size) {
		ssize_t sent = send(fd, next, size, MSG_NOSIGNAL);

		if (sent <= 0)
			exit(0);
		next += sent;
		size -= (size_t)sent;
	}
}

static void receive(int fd, struct message *message)
{
	take_all(fd, &message->size, sizeof(message->size));
	message->size = le32toh(message->size);
	if (message->size > MAX_MESSAGE)
		errx(1, "a message of %u bytes", message->size);
	take_all(fd, message->bytes, message->size);
}

static void transmit(int fd, const struct message *message)
{
	uint32_t size = htole32(message->size);

	give_all(fd, &size, sizeof(size));
	give_all(fd, message->bytes, message->size);
}

static void flip(struct message *message)
{
	if (message->size)
		message->bytes[message->size / 2] ^= 0x10;
}

static void ask(void)
{
	transmit(attack.relay, &attack.request);
	receive(attack.relay, &attack.reply);
}

static void flip_request(void)
{
	flip(&attack.request);
	ask();
}

static void flip_reply(void)
{
	ask();
	flip(&attack.reply);
}

static void flip_header(void)
{
	ask();
	if (attack.reply.size)
		attack.reply.bytes[16] ^= 1;
}

/* The agent gets it twice; the second answer is for the IDS. */
static void repeat_request(void)
{
	ask();
	ask();
}

static void old_reply(void)
{
	ask();
	attack.reply = attack.old;
}

/* The request never gets there; the agent has not lost its way by that. */
static void old_reply_alone(void)
{
	attack.reply = attack.old;
}

static void others_reply(void)
{
	int i = attack.gossip->from[0] == getpid();

	ask();
	if (attack.gossip->from[i])
		attack.reply = attack.gossip->reply[i];
}

/* Said a second time, it opens nothing: the agent's answer is for the log. */
static void replay_hello(void)
{
	attack.request = attack.gossip->hello;
	ask();
	printf("replayed hello: %u bytes came back\n", attack.reply.size);
	fflush(stdout);
}

static bool is_hello(const struct message *message)
{
	return message->size == attack.gossip->hello.size &&
	       !memcmp(message->bytes, attack.gossip->hello.bytes, HEADER_SIZE);
}

/* The session is lost, so that there is a handshake; its answer is an old one.
 */
static void replay_welcome(void)
{
	if (!is_hello(&attack.request)) {
		attack.reply.size = 0;
		return;
	}
	ask();
	attack.reply = attack.gossip->welcome;
}

static void echo(void)
{
	attack.reply = attack.request;
}

static void silence(void)
{
	attack.reply.size = 0;
}

static void cut_short(void)
{
	ask();
	attack.reply.size /= 2;
}

static void garbage(void)
{
	memset(attack.reply.bytes, 0xa5, 1000);
	attack.reply.size = 1000;
}

static void hang_up(void)
{
	exit(0);
}

static void late(void)
{
	const struct timespec time = {.tv_sec = LATE_S};

	ask();
	nanosleep(&time, NULL);
}

static const struct {
	const char *name;
	void (*handle)(void);
} ways[] = {
	{"nothing", ask},
	{"flip-request", flip_request},
	{"flip-reply", flip_reply},
	{"flip-header", flip_header},
	{"repeat-request", repeat_request},
	{"old-reply", old_reply},
	{"old-reply-alone", old_reply_alone},
	{"others-reply", others_reply},
	{"replay-hello", replay_hello},
	{"replay-welcome", replay_welcome},
	{"echo", echo},
	{"silence", silence},
	{"cut-short", cut_short},
	{"garbage", garbage},
	{"hang-up", hang_up},
	{"late", late},
};

static void (*find_way(const char *name))(void)
{
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (!strcmp(ways[i].name, name))
			return ways[i].handle;
	}
	errx(1, "no way called %s", name);
}

static void tell_others(void)
{
	struct gossip *gossip = attack.gossip;
	int i = gossip->from[0] && gossip->from[0] != getpid();

	gossip->from[i] = getpid();
	gossip->reply[i] = attack.reply;
}

/* What a connection begins with. */
static void remember_handshake(void)
{
	struct gossip *gossip = attack.gossip;

	if (gossip->hello.size)
		return;
	gossip->hello = attack.request;
	gossip->welcome = attack.reply;
}

static int open_socket(const char *path, struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0)
		err(1, "socket");
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (snprintf(address->sun_path, sizeof(address->sun_path), "%s",
		     path) >= (int)sizeof(address->sun_path))
		errx(1, "%s: too long", path);
	return fd;
}

static void serve(const char *relay, void (*handle)(void), unsigned int after)
{
	struct sockaddr_un address;
	unsigned int count;

	attack.relay = open_socket(relay, &address);
	if (connect(attack.relay, (struct sockaddr *)&address, sizeof(address)))
		err(1, "%s", relay);
	for (count = 0;; count++) {
		receive(attack.client, &attack.request);
		attack.old = attack.reply;
		if (count < after)
			ask();
		else
			handle();
		if (count < after)
			tell_others();
		if (count < after && !count)
			remember_handshake();
		transmit(attack.client, &attack.reply);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_un address;
	void (*handle)(void);
	int listener;

	if (argc != 5)
		errx(1, "usage: relay_attack SOCKET RELAY HOW AFTER");
	handle = find_way(argv[3]);
	attack.gossip = mmap(NULL, sizeof(*attack.gossip),
			     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			     -1, 0);
	if (attack.gossip == MAP_FAILED)
		err(1, "mmap");
	(void)signal(SIGCHLD, SIG_IGN);
	unlink(argv[1]);
	listener = open_socket(argv[1], &address);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(listener, 16))
		err(1, "%s", argv[1]);
	puts("ready");
	fflush(stdout);
	for (;;) {
		attack.client = accept(listener, NULL, NULL);
		if (attack.client >= 0 && !fork())
			serve(argv[2], handle,
			      (unsigned int)strtoul(argv[4], NULL, 10));
		close(attack.client);
	}
}
