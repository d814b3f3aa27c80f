/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Where to listen, and whom to call: see endpoint.h. */
#include "endpoint.h"

#include <errno.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "listener.h"
#include "tcp_address.h"
#include "tcp_options.h"

#define UNIX "unix:"
#define TCP  "tcp:"

static const char *behind(const char *text, const char *scheme)
{
	size_t length = strlen(scheme);

	return strncmp(text, scheme, length) != 0 ? NULL : text + length;
}

static struct fathom_error *parse_unix(const char *path, struct endpoint *ret)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (!*path || strlen(path) >= sizeof(address.sun_path))
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"%s: a path of 1 to %zu bytes is needed", ret->text,
			sizeof(address.sun_path) - 1);
	memcpy(address.sun_path, path, strlen(path));
	memcpy(&ret->address, &address, sizeof(address));
	ret->size = sizeof(address);
	return NULL;
}

struct fathom_error *endpoint_parse(const char *text, struct endpoint *ret)
{
	const char *path = behind(text, UNIX);
	const char *tcp = behind(text, TCP);

	*ret = (struct endpoint){.text = text};
	if (path)
		return parse_unix(path, ret);
	return tcp_address_parse(tcp ? tcp : text, &ret->address, &ret->size);
}

bool endpoint_is_unix(const struct endpoint *endpoint)
{
	return endpoint->address.ss_family == AF_UNIX;
}

const char *endpoint_path(const struct endpoint *endpoint)
{
	return endpoint->text + strlen(UNIX);
}

static struct fathom_error *cannot(const struct endpoint *endpoint, int fd)
{
	struct fathom_error *error =
		fathom_error_os(errno, "%s: cannot connect", endpoint->text);

	if (fd >= 0)
		close(fd);
	return error;
}

struct fathom_error *endpoint_connect(const struct endpoint *endpoint, int *ret)
{
	int fd = socket(endpoint->address.ss_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return cannot(endpoint, fd);
	if (!endpoint_is_unix(endpoint) && tcp_options_set(fd))
		return cannot(endpoint, fd);
	if (connect(fd, (const struct sockaddr *)&endpoint->address,
		    endpoint->size) &&
	    errno != EINPROGRESS)
		return cannot(endpoint, fd);
	*ret = fd;
	return NULL;
}

struct fathom_error *endpoint_listen(const struct endpoint *endpoint,
				     mode_t mode, uid_t uid, gid_t gid,
				     int *ret)
{
	return endpoint_is_unix(endpoint)
		       ? listener_open(endpoint_path(endpoint), mode, uid, gid,
				       ret)
		       : listener_open_tcp(endpoint, ret);
}
