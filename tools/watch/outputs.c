/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Outputs: see outputs.h. */
#include "outputs.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#define SYSLOG_SOCKET  "/dev/log"
#define IDENTIFIER     "fathom-watch"

enum kind { TO_FILE, TO_STDOUT, TO_JOURNAL, TO_SYSLOG };

struct watch_output {
	enum kind kind;
	struct watch_chain *chain;
	int fd; /* datagrams */
	struct sockaddr_un address;
};

static int severity_of(const json_t *event)
{
	const json_t *about = json_object_get(event, "event");

	return (int)json_integer_value(json_object_get(about, "severity"));
}

/* Not connected: whoever listens there may be started again. */
static struct fathom_error *open_datagrams(struct watch_output *output,
					   const char *path)
{
	if (!*path || strlen(path) >= sizeof(output->address.sun_path))
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "`%s' is no path of a socket", path);
	output->address.sun_family = AF_UNIX;
	memcpy(output->address.sun_path, path, strlen(path) + 1);
	output->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return output->fd < 0 ? fathom_error_os(errno, "%s", path) : NULL;
}

/* What stands behind "NAME" or "NAME:"; NULL if it is another name. */
static const char *argument_of(const char *text, const char *name,
			       const char *standard)
{
	size_t length = strlen(name);

	if (strncmp(text, name, length) != 0)
		return NULL;
	if (!text[length])
		return standard;
	return text[length] == ':' ? text + length + 1 : NULL;
}

static struct fathom_error *open_output(struct watch_output *output,
					const char *name,
					const uint8_t key[FATHOM_KEY_SIZE],
					watch_chain_line line, void *context)
{
	const char *path;

	path = argument_of(name, "file", NULL);
	if (path && *path) {
		output->kind = TO_FILE;
		return watch_chain_open(path, key, line, context,
					&output->chain);
	}
	if (!strcmp(name, "stdout")) {
		output->kind = TO_STDOUT;
		return NULL;
	}
	path = argument_of(name, "journald", JOURNAL_SOCKET);
	if (path) {
		output->kind = TO_JOURNAL;
		return open_datagrams(output, path);
	}
	path = argument_of(name, "syslog", SYSLOG_SOCKET);
	if (path) {
		output->kind = TO_SYSLOG;
		return open_datagrams(output, path);
	}
	return fathom_error_create(
		FATHOM_ERROR_INVALID_ARGUMENT,
		"`%s' is not file:PATH, stdout, journald or syslog", name);
}

static void close_output(struct watch_output *output)
{
	watch_chain_close(output->chain);
	if (output->fd >= 0)
		close(output->fd);
	free(output);
}

struct fathom_error *watch_outputs_open(struct watch_outputs *outputs,
					const char *name,
					const uint8_t key[FATHOM_KEY_SIZE],
					watch_chain_line line, void *context)
{
	struct watch_output *output;
	struct fathom_error *error;

	if (outputs->count == WATCH_MAX_OUTPUTS)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "too many outputs: %u at most",
					   WATCH_MAX_OUTPUTS);
	output = calloc(1, sizeof(*output));
	if (!output)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	output->fd = -1;
	error = open_output(output, name, key, line, context);
	if (error) {
		close_output(output);
		return error;
	}
	outputs->lasting |= output->kind == TO_FILE ||
			    output->kind == TO_STDOUT;
	if (output->chain) {
		outputs->missing |= watch_chain_missing(output->chain) > 0;
		outputs->was_unsigned |=
			watch_chain_was_unsigned(output->chain);
	}
	outputs->outputs[outputs->count++] = output;
	return NULL;
}

static int send_datagram(const struct watch_output *output,
			 struct msghdr *message)
{
	message->msg_name = (void *)&output->address;
	message->msg_namelen = sizeof(output->address);
	/* A logger that hangs must not stop the watch. */
	if (sendmsg(output->fd, message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return errno;
	return 0;
}

static int send_text(const struct watch_output *output, const char *text)
{
	struct iovec part = {(void *)text, strlen(text)};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	return send_datagram(output, &message);
}

/* As the journal takes what is too long for a datagram: in a sealed file. */
static int send_as_file(const struct watch_output *output, const char *text)
{
	union {
		char buffer[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {{0}};
	struct msghdr message = {
		.msg_control = control.buffer,
		.msg_controllen = sizeof(control.buffer),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int status = 0;
	int fd = memfd_create(IDENTIFIER, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		status = EIO;
	/* From whoever is not root, it takes no other. */
	else if (fcntl(fd, F_ADD_SEALS,
		       F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW |
			       F_SEAL_WRITE))
		status = errno;
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (!status)
		status = send_datagram(output, &message);
	close(fd);
	return status;
}

/* The journal's own protocol: fields, a line each. JSON has no lines. */
static int write_journal(const struct watch_output *output, const json_t *event,
			 const char *line)
{
	const char *said = json_string_value(json_object_get(event, "message"));
	char *text;
	int status;

	if (asprintf(&text,
		     "SYSLOG_IDENTIFIER=" IDENTIFIER
		     "\nPRIORITY=%d\nMESSAGE=%s\nFATHOM_EVENT=%s\n",
		     severity_of(event), said, line) < 0)
		return ENOMEM;
	status = send_text(output, text);
	if (status == EMSGSIZE || status == ENOBUFS)
		status = send_as_file(output, text);
	free(text);
	return status;
}

/* As syslog(3) has it (RFC 3164); "@cee:" says that JSON follows. */
static int write_syslog(const struct watch_output *output, const json_t *event,
			const char *line)
{
	time_t now = time(NULL);
	struct tm parts;
	char stamp[32];
	char *text;
	int status;

	localtime_r(&now, &parts);
	strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &parts);
	if (asprintf(&text, "<%d>%s " IDENTIFIER "[%d]: @cee:%s",
		     LOG_AUTHPRIV | severity_of(event), stamp, (int)getpid(),
		     line) < 0)
		return ENOMEM;
	status = send_text(output, text);
	free(text);
	return status;
}

static struct fathom_error *write_line(const struct watch_output *output,
				       const json_t *event, const char *line)
{
	int status = 0;

	if (output->kind == TO_STDOUT)
		return puts(line) < 0 ? fathom_error_os(errno, "stdout") : NULL;
	if (output->kind == TO_JOURNAL)
		status = write_journal(output, event, line);
	else if (output->kind == TO_SYSLOG)
		status = write_syslog(output, event, line);
	return status ? fathom_error_os(status, "%s", output->address.sun_path)
		      : NULL;
}

/* Of several things that go wrong, the first is told. */
static void keep_first(struct fathom_error **first, struct fathom_error *error)
{
	if (*first)
		fathom_error_destroy(error);
	else
		*first = error;
}

static struct fathom_error *write_event(const struct watch_outputs *outputs,
					const struct watch_output *output,
					json_t *event, const char *line,
					bool notice)
{
	struct fathom_error *error;

	if (output->kind == TO_FILE)
		return notice ? watch_chain_append_notice(output->chain, event)
			      : watch_chain_append(output->chain, event);
	error = write_line(output, event, line);
	if (!error || !outputs->lasting || output->kind == TO_STDOUT)
		return error;
	warnx("%s", error->message);
	fathom_error_destroy(error);
	return NULL;
}

static struct fathom_error *write_to_all(struct watch_outputs *outputs,
					 json_t *event, bool notice)
{
	char *line = json_dumps(event, JSON_COMPACT);
	struct fathom_error *first = NULL;
	size_t i;

	if (!line)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	for (i = 0; i < outputs->count; i++)
		keep_first(&first, write_event(outputs, outputs->outputs[i],
					       event, line, notice));
	free(line);
	return first;
}

struct fathom_error *watch_outputs_write(struct watch_outputs *outputs,
					 json_t *event)
{
	return write_to_all(outputs, event, false);
}

struct fathom_error *watch_outputs_write_notice(struct watch_outputs *outputs,
						json_t *event)
{
	return write_to_all(outputs, event, true);
}

uint64_t watch_outputs_take_lost(struct watch_outputs *outputs)
{
	uint64_t lost = 0;
	size_t i;

	for (i = 0; i < outputs->count; i++)
		if (outputs->outputs[i]->kind == TO_FILE)
			lost += watch_chain_take_lost(
				outputs->outputs[i]->chain);
	return lost;
}

struct fathom_error *watch_outputs_write_logs(struct watch_outputs *outputs,
					      json_t *event)
{
	struct fathom_error *first = NULL;
	size_t i;

	for (i = 0; i < outputs->count; i++)
		if (outputs->outputs[i]->kind == TO_FILE)
			keep_first(&first,
				   watch_chain_append(
					   outputs->outputs[i]->chain, event));
	return first;
}

struct fathom_error *watch_outputs_move_on(struct watch_outputs *outputs,
					   bool *moved)
{
	struct fathom_error *first = NULL;
	bool one;
	size_t i;

	*moved = false;
	for (i = 0; i < outputs->count; i++) {
		if (outputs->outputs[i]->kind != TO_FILE)
			continue;
		keep_first(&first, watch_chain_move_on(
					   outputs->outputs[i]->chain, &one));
		*moved |= one;
	}
	return first;
}

struct fathom_error *watch_outputs_commit(struct watch_outputs *outputs)
{
	struct fathom_error *first = NULL;
	size_t i;

	for (i = 0; i < outputs->count; i++) {
		struct watch_output *output = outputs->outputs[i];

		if (output->kind == TO_FILE)
			keep_first(&first, watch_chain_commit(output->chain));
		else if (output->kind == TO_STDOUT && fflush(stdout))
			keep_first(&first, fathom_error_os(errno, "stdout"));
	}
	return first;
}

void watch_outputs_close(struct watch_outputs *outputs)
{
	while (outputs->count)
		close_output(outputs->outputs[--outputs->count]);
}
