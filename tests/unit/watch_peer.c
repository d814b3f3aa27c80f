/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * watch-peer ADDRESS:PORT KEY WATCHER-KEY HOW: an IDS that does not behave, for
 * the tests of `fathom watch`. KEY is a file with its private key. Exits with 0
 * if the watcher has done what it ought to.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "key_file.h"
#include "report_tls.h"
#include "tcp_address.h"

/* Longer than anything here takes. */
#define TIMEOUT_SECONDS 8

static uint8_t watcher[FATHOM_KEY_SIZE];
static SSL *ssl;
static struct report_message message;
static char input[REPORT_MAX_LINE];
static size_t received;

static bool accept_watcher(void *context, SSL *connection,
			   const uint8_t key[FATHOM_KEY_SIZE])
{
	(void)context;
	(void)connection;
	return !memcmp(key, watcher, FATHOM_KEY_SIZE);
}

static void must(struct fathom_error *error)
{
	if (error)
		errx(1, "%s", error->message);
}

static int connect_to(const char *address_text)
{
	const struct timeval timeout = {.tv_sec = TIMEOUT_SECONDS};
	struct sockaddr_storage address;
	socklen_t size;
	int fd;

	must(tcp_address_parse(address_text, &address, &size));
	fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, size))
		err(1, "%s", address_text);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	return fd;
}

static void shake_hands(const char *address, const char *key_path)
{
	uint8_t key[FATHOM_KEY_SIZE];
	SSL_CTX *tls;

	must(fathom_key_file_read(key_path, true, key));
	must(report_tls_context(false, key, accept_watcher, NULL, &tls));
	ssl = SSL_new(tls);
	SSL_CTX_free(tls);
	if (!ssl || !SSL_set_fd(ssl, connect_to(address)) ||
	    SSL_connect(ssl) != 1)
		errx(1, "TLS: %s", report_tls_reason());
}

static void say(const void *bytes, size_t size)
{
	if (SSL_write(ssl, bytes, (int)size) != (int)size)
		errx(1, "cannot write");
}

static void send_message(void)
{
	size_t size;
	char *line = report_message_encode(&message, &size);

	say(line, size);
	free(line);
}

/* False if the watcher has hung up. */
static bool next_message(void)
{
	char *end;
	int got;

	while (!(end = memchr(input, '\n', received))) {
		got = SSL_read(ssl, input + received,
			       (int)(sizeof(input) - received));
		if (got <= 0 && errno == EAGAIN)
			errx(1, "the watcher neither talks nor hangs up");
		if (got <= 0)
			return false;
		received += (size_t)got;
	}
	must(report_message_decode(input, (size_t)(end - input), &message));
	received -= (size_t)(end - input) + 1;
	memmove(input, end + 1, received);
	return true;
}

static void expect(enum report_message_type type)
{
	do {
		if (!next_message())
			errx(1, "the watcher has hung up");
	} while (message.type != type);
}

static void expect_hang_up(void)
{
	while (next_message())
		;
}

static void hello(char run)
{
	memset(&message, 0, sizeof(message));
	message.type = REPORT_HELLO;
	message.interval_ms = 200;
	strcpy(message.origin.name, "peer");
	memset(message.origin.run, run, sizeof(message.origin.run) - 1);
	send_message();
	expect(REPORT_WELCOME);
}

/* The answer to the challenge that has come last. */
static void make_beat(uint64_t answered)
{
	uint8_t proof[REPORT_CHALLENGE_SIZE];
	uint64_t number = message.number;

	if (!report_tls_proof(ssl, number, message.challenge, proof))
		errx(1, "no proof");
	memset(&message, 0, sizeof(message));
	message.type = REPORT_BEAT;
	message.number = number;
	message.beat.answered = answered;
	memcpy(message.proof, proof, sizeof(proof));
}

static void beat(uint64_t answered)
{
	expect(REPORT_CHALLENGE);
	make_beat(answered);
	send_message();
}

static void finding(uint64_t number)
{
	memset(&message, 0, sizeof(message));
	message.type = REPORT_FINDING_MESSAGE;
	message.number = number;
	message.finding.severity = 2;
	strcpy(message.finding.rule, "test");
	snprintf(message.finding.message, sizeof(message.finding.message),
		 "finding %u", (unsigned int)number);
	send_message();
}

static void wrong(void)
{
	hello('1');
	beat(1);
	expect(REPORT_CHALLENGE);
	make_beat(2);
	message.proof[0] ^= 1;
	send_message();
	expect_hang_up();
}

static void replay(void)
{
	static struct report_message first;

	hello('1');
	expect(REPORT_CHALLENGE);
	make_beat(1);
	first = message;
	send_message();
	expect(REPORT_CHALLENGE);
	message = first;
	send_message();
	expect_hang_up();
}

/* The proof of one connection in another. */
static void other_session(const char *address, const char *key_path)
{
	static struct report_message first;

	hello('1');
	expect(REPORT_CHALLENGE);
	make_beat(1);
	first = message;
	SSL_free(ssl);
	received = 0;
	shake_hands(address, key_path);
	hello('1');
	expect(REPORT_CHALLENGE);
	first.number = message.number;
	message = first;
	send_message();
	expect_hang_up();
}

static void late(void)
{
	hello('1');
	beat(1);
	expect(REPORT_CHALLENGE);
	make_beat(2);
	usleep(450000);
	send_message();
	beat(3);
	expect(REPORT_CHALLENGE);
}

static void no_calls(void)
{
	unsigned int i;

	hello('1');
	for (i = 0; i < 3; i++)
		beat(5);
	expect(REPORT_CHALLENGE);
}

static void doubled(void)
{
	hello('1');
	finding(1);
	finding(1);
	expect(REPORT_ACKNOWLEDGE);
	finding(2);
	finding(1);
	while (message.type != REPORT_ACKNOWLEDGE || message.number < 2)
		expect(REPORT_ACKNOWLEDGE);
}

static void gap(void)
{
	hello('1');
	finding(1);
	finding(3);
	expect_hang_up();
}

static void nonsense(void)
{
	hello('1');
	say("{\"type\":\"finding\"}\n", 19);
	expect_hang_up();
}

static void too_long(void)
{
	static char line[REPORT_MAX_LINE];

	hello('1');
	memset(line, ' ', sizeof(line));
	say(line, sizeof(line));
	expect_hang_up();
}

static void no_hello(void)
{
	memset(&message, 0, sizeof(message));
	message.type = REPORT_GOODBYE;
	send_message();
	expect_hang_up();
}

static void refused(void)
{
	/* In TLS 1.3, only the first read tells a client. */
	if (next_message())
		errx(1, "a stranger is served");
}

/* More messages than anybody may send; they are taken, but in time. */
static void many(void)
{
	unsigned int i;

	hello('1');
	for (i = 1; i <= 800; i++)
		finding(i);
	while (message.type != REPORT_ACKNOWLEDGE || message.number < 800)
		if (!next_message())
			errx(1, "the watcher has hung up");
}

/* Tells the watcher all that it has found, and is killed. */
static void killed(void)
{
	unsigned int i;

	hello('1');
	expect(REPORT_CHALLENGE);
	puts("there");
	fflush(stdout);
	(void)!read(STDIN_FILENO, &i, 1);
	for (i = 1; i <= 300; i++)
		finding(i);
	_exit(0);
}

/* Answers its first challenge when the test wants it to. */
static void patient(void)
{
	char byte;

	hello('1');
	expect(REPORT_CHALLENGE);
	puts("there");
	fflush(stdout);
	(void)!read(STDIN_FILENO, &byte, 1);
	make_beat(1);
	send_message();
	puts("said");
	fflush(stdout);
	pause();
}

static void raw(const char *address, const char *bytes)
{
	int fd = connect_to(address);
	char byte;

	if (write(fd, bytes, strlen(bytes)) < 0)
		err(1, "write");
	/* Whatever it answers, it must hang up. */
	while (read(fd, &byte, 1) > 0)
		;
	if (errno == EAGAIN)
		errx(1, "the watcher does not hang up");
}

/* A handshake that begins, and gets a byte now and then. */
static void trickle(const char *address)
{
	static const char begin[] =
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
	struct pollfd pollfd = {.fd = connect_to(address), .events = POLLIN};
	size_t i;

	for (i = 0; i < 200; i++) {
		if (send(pollfd.fd, &begin[i % (sizeof(begin) - 1)], 1,
			 MSG_NOSIGNAL) != 1)
			return;
		if (poll(&pollfd, 1, 50))
			return;
	}
	errx(1, "the watcher does not hang up");
}

static void crowd(const char *address, unsigned int count)
{
	struct rlimit limit;
	unsigned int i;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		err(1, "files");
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (i = 0; i < count; i++)
		connect_to(address);
	puts("there");
	fflush(stdout);
	/* Until the test has seen what it wants to. */
	(void)!read(STDIN_FILENO, &i, 1);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} ways[] = {
		{"wrong", wrong},	{"replay", replay},
		{"late", late},		{"no-calls", no_calls},
		{"doubled", doubled},	{"gap", gap},
		{"nonsense", nonsense}, {"too-long", too_long},
		{"no-hello", no_hello}, {"refused", refused},
		{"many", many},		{"killed", killed},
		{"patient", patient},
	};
	const char *how = argc >= 5 ? argv[4] : "";
	size_t i;

	if (!strcmp(how, "garbage"))
		raw(argv[1], "GET / HTTP/1.0\r\n\r\n");
	else if (!strcmp(how, "half-open"))
		raw(argv[1], "");
	else if (!strcmp(how, "trickle"))
		trickle(argv[1]);
	else if (!strcmp(how, "crowd") && argc == 6)
		crowd(argv[1], (unsigned int)strtoul(argv[5], NULL, 10));
	else {
		must(argc >= 5 ? fathom_key_file_read(argv[3], false, watcher)
			       : NULL);
		for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
			if (!strcmp(how, ways[i].name))
				break;
		if (i == sizeof(ways) / sizeof(ways[0]) &&
		    strcmp(how, "other-session") != 0)
			errx(2, "how?");
		shake_hands(argv[1], argv[2]);
		if (i < sizeof(ways) / sizeof(ways[0]))
			ways[i].run();
		else
			other_session(argv[1], argv[2]);
		SSL_free(ssl);
	}
	return 0;
}
