/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Many IDSes in one process, for bench/watch:
 *
 * bench-watched keys COUNT KEYS AUTHORIZED
 *	make keys, and the list by which a watcher knows them
 * bench-watched run COUNT KEYS ADDRESS:PORT WATCHER-KEY SECONDS
 *	connect them all, answer all challenges, and report a finding after each
 *	answer; print answers, findings, and the time until a finding was
 *	acknowledged: median, 99th percentile and longest, in milliseconds
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "key_file.h"
#include "platform.h"
#include "report_tls.h"
#include "tcp_address.h"

#define MAX_IDS	    1000
#define MAX_SAMPLES 100000
#define INTERVAL_MS 1000

struct ids {
	int fd;
	SSL *ssl;
	uint64_t answered;
	uint64_t findings;
	uint64_t acknowledged;
	double sent; /* ms; when the last finding was */
	size_t received;
	char input[REPORT_MAX_LINE];
};

static struct ids *all;
static unsigned int count;
static uint8_t watcher[FATHOM_KEY_SIZE];
static double samples[MAX_SAMPLES];
static size_t sample_count;
static uint64_t answers;

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

static void must(struct fathom_error *error)
{
	if (error)
		errx(1, "%s", error->message);
}

static bool is_watcher(void *context, SSL *ssl,
		       const uint8_t key[FATHOM_KEY_SIZE])
{
	(void)context;
	(void)ssl;
	return !memcmp(key, watcher, FATHOM_KEY_SIZE);
}

static FILE *open_file(const char *path, const char *mode)
{
	FILE *file = fopen(path, mode);

	if (!file)
		err(1, "%s", path);
	return file;
}

static void make_keys(const char *keys_path, const char *list_path)
{
	char text[FATHOM_KEY_TEXT_LENGTH + 1];
	FILE *keys = open_file(keys_path, "w");
	FILE *list = open_file(list_path, "w");
	uint8_t key[FATHOM_KEY_SIZE], public_key[FATHOM_KEY_SIZE];
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!fathom_platform_random(key, sizeof(key)))
			errx(1, "no random numbers");
		must(report_tls_public_key(key, public_key));
		fathom_key_encode(public_key, text);
		fprintf(list, "ids-%u %s\n", i, text);
		if (fwrite(key, sizeof(key), 1, keys) != 1)
			err(1, "%s", keys_path);
	}
	if (fclose(keys) || fclose(list))
		err(1, "the keys");
}

static void send_message(struct ids *ids, const struct report_message *message)
{
	size_t size;
	char *line = report_message_encode(message, &size);

	if (!line || SSL_write(ids->ssl, line, (int)size) != (int)size)
		errx(1, "cannot write: %s", report_tls_reason());
	free(line);
}

static void say_hello(struct ids *ids)
{
	static struct report_message message;
	uint8_t run[16];

	message.type = REPORT_HELLO;
	message.interval_ms = INTERVAL_MS;
	strcpy(message.origin.name, "bench");
	if (!fathom_platform_random(run, sizeof(run)))
		errx(1, "no random numbers");
	for (size_t i = 0; i < sizeof(run); i++)
		sprintf(&message.origin.run[2 * i], "%02x", run[i]);
	send_message(ids, &message);
}

static void connect_ids(struct ids *ids, const char *address_text, FILE *keys)
{
	struct sockaddr_storage address;
	uint8_t key[FATHOM_KEY_SIZE];
	socklen_t size;
	SSL_CTX *tls;

	if (fread(key, sizeof(key), 1, keys) != 1)
		errx(1, "too few keys");
	must(tcp_address_parse(address_text, &address, &size));
	must(report_tls_context(false, key, is_watcher, NULL, &tls));
	ids->fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ids->ssl = SSL_new(tls);
	SSL_CTX_free(tls);
	if (ids->fd < 0 ||
	    connect(ids->fd, (struct sockaddr *)&address, size) || !ids->ssl ||
	    !SSL_set_fd(ids->ssl, ids->fd) || SSL_connect(ids->ssl) != 1)
		err(1, "cannot connect: %s", report_tls_reason());
	say_hello(ids);
	fcntl(ids->fd, F_SETFL, O_NONBLOCK);
}

static void answer(struct ids *ids, const struct report_message *challenge)
{
	static struct report_message message;

	memset(&message, 0, sizeof(message));
	message.type = REPORT_BEAT;
	message.number = challenge->number;
	message.beat.answered = ++ids->answered;
	if (!report_tls_proof(ids->ssl, challenge->number, challenge->challenge,
			      message.proof))
		errx(1, "no proof");
	send_message(ids, &message);
	answers++;
	if (ids->findings != ids->acknowledged)
		return;
	memset(&message, 0, sizeof(message));
	message.type = REPORT_FINDING_MESSAGE;
	message.number = ++ids->findings;
	strcpy(message.finding.rule, "bench");
	strcpy(message.finding.message,
	       "a finding of usual length, to measure");
	send_message(ids, &message);
	ids->sent = now_ms();
}

static void take(struct ids *ids, const struct report_message *message)
{
	if (message->type == REPORT_CHALLENGE)
		answer(ids, message);
	if (message->type != REPORT_ACKNOWLEDGE ||
	    message->number != ids->findings)
		return;
	ids->acknowledged = message->number;
	if (sample_count < MAX_SAMPLES)
		samples[sample_count++] = now_ms() - ids->sent;
}

static void receive(struct ids *ids)
{
	static struct report_message message;
	char *end;
	int got;

	got = SSL_read(ids->ssl, ids->input + ids->received,
		       (int)(sizeof(ids->input) - ids->received));
	if (got <= 0 && SSL_get_error(ids->ssl, got) == SSL_ERROR_WANT_READ)
		return;
	if (got <= 0)
		errx(1, "the watcher has hung up");
	ids->received += (size_t)got;
	while ((end = memchr(ids->input, '\n', ids->received))) {
		size_t size = (size_t)(end - ids->input);

		must(report_message_decode(ids->input, size, &message));
		ids->received -= size + 1;
		memmove(ids->input, end + 1, ids->received);
		take(ids, &message);
	}
}

static int compare(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;

	return (first > second) - (first < second);
}

static void print_results(void)
{
	if (!sample_count)
		errx(1, "no finding was acknowledged");
	qsort(samples, sample_count, sizeof(samples[0]), compare);
	printf("%" PRIu64 " %zu %.2f %.2f %.2f\n", answers, sample_count,
	       samples[sample_count / 2], samples[sample_count * 99 / 100],
	       samples[sample_count - 1]);
}

/* What those who are connected have to do. */
static void serve(struct pollfd *pollfds, unsigned int connected, int timeout)
{
	unsigned int i;

	poll(pollfds, connected, timeout);
	for (i = 0; i < connected; i++)
		while (pollfds[i].revents || SSL_pending(all[i].ssl)) {
			pollfds[i].revents = 0;
			receive(&all[i]);
		}
}

static void run(const char *keys_path, const char *address,
		const char *watcher_path, double seconds)
{
	struct pollfd *pollfds = calloc(count, sizeof(*pollfds));
	FILE *keys = open_file(keys_path, "r");
	double end;
	unsigned int i;

	if (!pollfds)
		err(1, "memory");
	must(fathom_key_file_read(watcher_path, false, watcher));
	for (i = 0; i < count; i++) {
		connect_ids(&all[i], address, keys);
		pollfds[i] = (struct pollfd){all[i].fd, POLLIN, 0};
		serve(pollfds, i + 1, 0);
	}
	fclose(keys);
	puts("connected");
	fflush(stdout);
	/* The first second is not a usual one. */
	answers = 0;
	sample_count = 0;
	end = now_ms() + seconds * 1000;
	while (now_ms() < end)
		serve(pollfds, count, 100);
	print_results();
	free(pollfds);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	count = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 10) : 0;
	if (!count || count > MAX_IDS)
		errx(2, "COUNT is 1 to %u", MAX_IDS);
	all = calloc(count, sizeof(*all));
	if (!all)
		err(1, "memory");
	if (!strcmp(what, "keys") && argc == 5)
		make_keys(argv[3], argv[4]);
	else if (!strcmp(what, "run") && argc == 7)
		run(argv[3], argv[4], argv[5], strtod(argv[6], NULL));
	else
		errx(2, "usage: see the source");
	return 0;
}
