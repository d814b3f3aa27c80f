/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include "fake_monitor.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static json_t *answer(const struct fake_monitor *monitor, const json_t *request)
{
	const char *command =
		json_string_value(json_object_get(request, "execute"));

	return monitor->answer(monitor->context, command,
			       json_object_get(request, "arguments"));
}

static void serve(const struct fake_monitor *monitor, FILE *stream)
{
	char line[4096];

	fprintf(stream, "{\"QMP\": {}}\n");
	fflush(stream);
	while (fgets(line, sizeof(line), stream)) {
		json_t *request = json_loads(line, 0, NULL);
		json_t *reply =
			json_pack("{s:o}", "return", answer(monitor, request));

		json_dumpf(reply, stream, JSON_COMPACT);
		fputc('\n', stream);
		fflush(stream);
		json_decref(reply);
		json_decref(request);
	}
}

static void play(const struct fake_monitor *monitor, int listener)
{
	if (monitor->begin(monitor->context))
		_exit(1);
	for (;;) {
		FILE *stream = fdopen(accept(listener, NULL, NULL), "r+");

		if (!stream)
			_exit(1);
		serve(monitor, stream);
		fclose(stream);
	}
}

pid_t fake_monitor_start(const struct fake_monitor *monitor)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int ready[2];
	char byte;
	pid_t pid;

	strcpy(address.sun_path, monitor->socket);
	unlink(monitor->socket);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		/* Whoever calls listen() is whom SO_PEERCRED names. */
		int listener = socket(AF_UNIX, SOCK_STREAM, 0);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (bind(listener, (struct sockaddr *)&address,
			 sizeof(address)) ||
		    listen(listener, 16) || write(ready[1], "", 1) != 1)
			_exit(1);
		play(monitor, listener);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

void fake_monitor_stop(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

const char *fake_monitor_line(const json_t *arguments)
{
	return json_string_value(json_object_get(arguments, "command-line"));
}
