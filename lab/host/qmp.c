/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * lab-qmp SOCKET COMMAND [ARGUMENTS]: run one QMP command, ARGUMENTS being a
 * JSON object, and print what it returns.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

__attribute__((noreturn, format(printf, 1, 2))) static void
fail(const char *format, ...)
{
	va_list args;

	fputs("fathom-lab: QMP: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int sock = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		fail("%s: path too long for a socket", path);
	strcpy(address.sun_path, path);
	if (sock < 0 ||
	    connect(sock, (struct sockaddr *)&address, sizeof(address)))
		fail("%s: %s", path, strerror(errno));
	return sock;
}

/** The next message that is no event. */
static json_t *receive(FILE *stream)
{
	json_error_t error;
	json_t *message;

	for (;;) {
		message = json_loadf(stream, JSON_DISABLE_EOF_CHECK, &error);
		if (!message)
			fail("%s", error.text);
		if (!json_object_get(message, "event"))
			return message;
		json_decref(message);
	}
}

static json_t *execute(int sock, FILE *stream, const char *command,
		       const char *arguments)
{
	json_t *reply, *error;

	dprintf(sock, "{\"execute\": \"%s\", \"arguments\": %s}\n", command,
		arguments);
	reply = receive(stream);
	error = json_object_get(reply, "error");
	if (error)
		fail("%s: %s", command,
		     json_string_value(json_object_get(error, "desc")));
	return reply;
}

int main(int argc, char **argv)
{
	json_t *reply;
	FILE *stream;
	int sock;

	if (argc < 3 || argc > 4)
		fail("usage: lab-qmp SOCKET COMMAND [ARGUMENTS]");
	sock = connect_to(argv[1]);
	stream = fdopen(sock, "r");
	if (!stream)
		fail("%s: %s", argv[1], strerror(errno));
	json_decref(receive(stream));
	json_decref(execute(sock, stream, "qmp_capabilities", "{}"));
	reply = execute(sock, stream, argv[2], argc == 4 ? argv[3] : "{}");
	json_dumpf(json_object_get(reply, "return"), stdout, JSON_ENCODE_ANY);
	putchar('\n');
	json_decref(reply);
	fclose(stream);
	return 0;
}
