/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * lab-exec SOCKET LOCK TIMEOUT_MS INPUT COMMAND [ARGUMENT]...
 *
 * Run a command in the guest whose executor answers at SOCKET, one at a time
 * (LOCK), with standard input from the file INPUT ("-": this one's).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "../exec-protocol.h"

/* How long after the command's own time-out the guest may take to say so. */
#define GRACE_MS 5000

static uint64_t deadline_ms;

__attribute__((noreturn, format(printf, 1, 2))) static void
fail(const char *format, ...)
{
	va_list args;

	fputs("fathom-lab: exec: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(LAB_EXIT_FAILED);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void wait_for(int fd, short events)
{
	struct pollfd pfd = {.fd = fd, .events = events};
	uint64_t now = now_ms();
	int n;

	do {
		n = now < deadline_ms ? poll(&pfd, 1, (int)(deadline_ms - now))
				      : 0;
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		fail("poll: %s", strerror(errno));
	if (n == 0)
		fail("the guest does not answer");
}

static void write_all(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size > 0) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EAGAIN)
			wait_for(fd, POLLOUT);
		else if (n < 0 && errno != EINTR)
			fail("write: %s", strerror(errno));
		if (n > 0) {
			p += n;
			size -= (size_t)n;
		}
	}
}

static void read_all(int sock, void *data, size_t size)
{
	char *p = data;

	while (size > 0) {
		ssize_t n;

		wait_for(sock, POLLIN);
		n = read(sock, p, size);
		if (n == 0 || (n < 0 && errno == ECONNRESET))
			fail("the guest has ended");
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			fail("read: %s", strerror(errno));
		if (n > 0) {
			p += n;
			size -= (size_t)n;
		}
	}
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		fail("%s: path too long for a socket", path);
	strcpy(address.sun_path, path);
	if (sock < 0 ||
	    connect(sock, (struct sockaddr *)&address, sizeof(address)))
		fail("%s: %s", path, strerror(errno));
	if (fcntl(sock, F_SETFL, O_NONBLOCK))
		fail("%s: %s", path, strerror(errno));
	return sock;
}

static void lock(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		fail("%s: %s", path, strerror(errno));
	while (flock(fd, LOCK_EX))
		if (errno != EINTR)
			fail("%s: %s", path, strerror(errno));
}

static char *read_input(const char *path, uint64_t *size)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC)
				   : STDIN_FILENO;
	char *data = malloc(LAB_MAX_INPUT + 1);
	ssize_t n = 1;

	if (fd < 0)
		fail("%s: %s", path, strerror(errno));
	if (!data)
		fail("out of memory");
	*size = 0;
	while (n && *size <= LAB_MAX_INPUT) {
		n = read(fd, data + *size, LAB_MAX_INPUT + 1 - *size);
		if (n < 0 && errno != EINTR)
			fail("%s: %s", path, strerror(errno));
		*size += n > 0 ? (uint64_t)n : 0;
	}
	if (*size > LAB_MAX_INPUT)
		fail("%s: more than %llu bytes of input", path, LAB_MAX_INPUT);
	return data;
}

static void send_request(int sock, struct lab_request *request, char **argv,
			 const char *input)
{
	char *packed, *p;
	size_t size = 0;

	for (int i = 0; argv[i]; i++) {
		request->argument_count++;
		size += strlen(argv[i]) + 1;
	}
	if (request->argument_count > LAB_MAX_ARGUMENTS ||
	    size > LAB_MAX_ARGUMENT_BYTES)
		fail("too many arguments");
	packed = p = malloc(size);
	if (!packed)
		fail("out of memory");
	for (int i = 0; argv[i]; i++)
		p = stpcpy(p, argv[i]) + 1;
	request->argument_bytes = (uint32_t)size;
	if (getrandom(request->nonce, LAB_NONCE_SIZE, 0) != LAB_NONCE_SIZE)
		fail("getrandom: %s", strerror(errno));
	write_all(sock, request, sizeof(*request));
	write_all(sock, packed, size);
	write_all(sock, input, request->input_bytes);
	free(packed);
}

/** Skip what an earlier, aborted exec may have left in the pipe. */
static void receive_nonce(int sock, const uint8_t *nonce)
{
	uint8_t window[LAB_NONCE_SIZE];

	read_all(sock, window, sizeof(window));
	while (memcmp(window, nonce, sizeof(window))) {
		memmove(window, window + 1, sizeof(window) - 1);
		read_all(sock, window + sizeof(window) - 1, 1);
	}
}

static int receive_frames(int sock)
{
	static char data[LAB_MAX_FRAME];
	struct lab_frame frame;
	uint32_t status;

	for (;;) {
		read_all(sock, &frame, sizeof(frame));
		if (frame.length > sizeof(data))
			fail("the guest sent a broken frame");
		read_all(sock, data, frame.length);
		switch (frame.type) {
		case LAB_FRAME_STDOUT:
			write_all(STDOUT_FILENO, data, frame.length);
			break;
		case LAB_FRAME_STDERR:
			write_all(STDERR_FILENO, data, frame.length);
			break;
		case LAB_FRAME_EXIT:
			memcpy(&status, data, sizeof(status));
			return (int)(status & 0xff);
		default:
			fail("the guest sent a broken frame");
		}
	}
}

int main(int argc, char **argv)
{
	struct lab_request request = {.magic = LAB_MAGIC};
	char *input;
	int sock;

	if (argc < 6) {
		fputs("usage: lab-exec SOCKET LOCK TIMEOUT_MS INPUT COMMAND...\n",
		      stderr);
		return LAB_EXIT_FAILED;
	}
	request.timeout_ms = strtoull(argv[3], NULL, 10);
	input = read_input(argv[4], &request.input_bytes);
	lock(argv[2]);
	deadline_ms = now_ms() + request.timeout_ms + GRACE_MS;
	sock = connect_to(argv[1]);
	send_request(sock, &request, argv + 5, input);
	free(input);
	receive_nonce(sock, request.nonce);
	return receive_frames(sock);
}
