/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Telling that a server serves: see ready.h. */
#include "ready.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The protocol of sd_notify(3): a datagram; an "@" stands for a NUL. */
void ready_tell_systemd(void)
{
	static const char message[] = "READY=1";
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = getenv("NOTIFY_SOCKET");
	size_t length = path ? strlen(path) : 0;
	int fd;

	if (!length || length > sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, length);
	if (address.sun_path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* Not being heard is the other side's problem: it will time out. */
	(void)sendto(
		fd, message, sizeof(message) - 1, MSG_NOSIGNAL,
		(const struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
	close(fd);
}

void ready_tell(const char *program, const char *const *where,
		unsigned int count)
{
	unsigned int i;

	printf("%s: ready on ", program);
	for (i = 0; i < count; i++)
		printf("%s%s", i ? ", " : "", where[i]);
	putchar('\n');
	fflush(stdout);
	ready_tell_systemd();
}
