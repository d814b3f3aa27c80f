/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The QMP client against peers that do not keep to the protocol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent_client.h"
#include "qmp.h"

#include <cmocka.h>

#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n"
#define READY	 GREETING "{\"return\": {}}\r\n"
#define SHORT_MS 50

/* The other end of the last client's connection. */
static int peer = -1;

/*
 * A client whose peer has already said everything it will say, and then is
 * silent or leaves.
 */
static struct fathom_error *start_with(const char *text, size_t size,
				       bool leaves, struct qmp **qmp)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(send(ends[1], text, size, 0), size);
	if (peer >= 0)
		close(peer);
	peer = ends[1];
	if (leaves)
		shutdown(peer, SHUT_WR);
	return qmp_start(ends[0], "SOCKET", SHORT_MS, qmp);
}

static void start_says(const char *text, const char *message)
{
	struct fathom_error *error;
	struct qmp *qmp;

	error = start_with(text, strlen(text), false, &qmp);
	assert_non_null(error);
	assert_non_null(strstr(error->message, "SOCKET"));
	client_error_says(error, message);
}

static void handshakes_that_fail(void **state)
{
	(void)state;
	start_says("", "no answer within");
	start_says("{\"QMP\": {", "no answer within");
	start_says("SSH-2.0-OpenSSH_9.2\r\n", "not JSON");
	start_says("\n", "not JSON");
	start_says("[]\n", "no object");
	start_says("{}\n", "no QMP greeting");
	start_says("{\"QMP\": 1}\n", "no QMP greeting");
	start_says(GREETING, "no answer within");
	start_says(GREETING
		   "{\"error\": {\"class\": \"X\", \"desc\": \"Y\"}}\n",
		   "refuses qmp_capabilities: Y");
	start_says(GREETING "{\"error\": 1}\n", "neither return nor error");
	start_says(GREETING "{\"return\": {}, \"return\": {}}\n", "not JSON");
}

static void peers_that_leave(void **state)
{
	struct qmp *qmp;

	(void)state;
	client_error_says(start_with("", 0, true, &qmp), "closed");
	client_error_says(start_with("{\"QM", 4, true, &qmp), "closed");
}

/* Zero bytes, and nesting meant to exhaust the stack. */
static void binary_and_deep_messages(void **state)
{
	char *deep = malloc(100001);
	struct qmp *qmp;

	(void)state;
	client_error_says(start_with("\0\0\0\n", 4, true, &qmp), "not JSON");
	client_error_says(start_with("{\"QMP\":\"\0\"}\n", 12, true, &qmp),
			  "not JSON");
	memset(deep, '[', 100000);
	deep[100000] = '\n';
	client_error_says(start_with(deep, 100001, true, &qmp), "not JSON");
	free(deep);
}

static void events_are_passed_over(void **state)
{
	static const char said[] = GREETING
		"{\"event\": \"STOP\"}\n{\"return\": {}}\n"
		"{\"event\": \"RESUME\"}\n{\"return\": \"text\"}\n";
	struct qmp *qmp;
	char *text;

	(void)state;
	client_no_error(start_with(said, sizeof(said) - 1, true, &qmp));
	client_no_error(qmp_monitor(qmp, "info version", &text));
	assert_string_equal(text, "text");
	free(text);
	qmp_close(qmp);
}

static void monitor_says(const char *reply, const char *message)
{
	char text[512];
	struct qmp *qmp;
	char *output;

	strcpy(text, READY);
	strcat(text, reply);
	client_no_error(start_with(text, strlen(text), true, &qmp));
	client_error_says(qmp_monitor(qmp, "info version", &output), message);
	qmp_close(qmp);
}

static void replies_that_fail(void **state)
{
	(void)state;
	monitor_says("{\"return\": 1}\n", "returns no text");
	monitor_says("{\"return\": null}\n", "returns no text");
	monitor_says("{\"error\": {\"desc\": \"locked\"}}\n",
		     "refuses human-monitor-command: locked");
	monitor_says("{\"id\": 1}\n", "neither return nor error");
	monitor_says("", "closed");
}

/* An endless line must not eat all memory, nor endless events all time. */
static void endless_events(void **state)
{
	static const char event[] = "{\"event\": \"X\"}\n";
	struct fathom_error *error;
	struct qmp *qmp;
	int ends[2];
	pid_t child;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		close(ends[0]);
		while (send(ends[1], event, sizeof(event) - 1, MSG_NOSIGNAL) >
		       0)
			;
		_exit(0);
	}
	close(ends[1]);
	error = qmp_start(ends[0], "SOCKET", SHORT_MS, &qmp);
	client_error_says(error, "no answer within");
}

static void endless_line(void **state)
{
	static char block[65536];
	struct qmp *qmp;
	int ends[2];
	pid_t child;

	(void)state;
	memset(block, ' ', sizeof(block));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		close(ends[0]);
		while (send(ends[1], block, sizeof(block), MSG_NOSIGNAL) > 0)
			;
		_exit(0);
	}
	close(ends[1]);
	client_error_says(qmp_start(ends[0], "SOCKET", 60000, &qmp),
			  "more than 16 MiB");
}

static void sockets_that_are_none(void **state)
{
	char path[200];
	struct qmp *qmp;

	(void)state;
	client_error_says(
		qmp_connect("/nonexistent/qmp", SHORT_MS, &qmp),
		"QMP socket /nonexistent/qmp: cannot connect: No such file");
	client_error_says(qmp_connect("/dev/null", SHORT_MS, &qmp),
			  "nobody listens");
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	client_error_says(qmp_connect(path, SHORT_MS, &qmp), "longer than");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(handshakes_that_fail),
		cmocka_unit_test(peers_that_leave),
		cmocka_unit_test(binary_and_deep_messages),
		cmocka_unit_test(events_are_passed_over),
		cmocka_unit_test(replies_that_fail),
		cmocka_unit_test(endless_events),
		cmocka_unit_test(endless_line),
		cmocka_unit_test(sockets_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
