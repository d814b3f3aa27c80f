/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What the journal gets that is too long for a datagram. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "outputs.h"

#define LONG_TEXT (1 << 20)

static char folder[] = "/tmp/fathom-outputs-XXXXXX";
static struct sockaddr_un address = {.sun_family = AF_UNIX};

static int set_up_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/journal",
		 folder);
	return 0;
}

static int tear_down_folder(void **state)
{
	(void)state;
	unlink(address.sun_path);
	return rmdir(folder);
}

/* The file that a datagram carries. */
static int receive_file(int journal)
{
	union {
		char buffer[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	char byte;
	struct iovec part = {&byte, 1};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.buffer,
		.msg_controllen = sizeof(control.buffer),
	};
	struct cmsghdr *header;
	int fd;

	assert_int_equal(recvmsg(journal, &message, MSG_DONTWAIT), 0);
	header = CMSG_FIRSTHDR(&message);
	assert_non_null(header);
	assert_int_equal(header->cmsg_type, SCM_RIGHTS);
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/* journald refuses a file that its sender could change, but from root. */
static void a_long_event_comes_in_a_sealed_file(void **state)
{
	int journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	static const uint8_t key[FATHOM_KEY_SIZE] = {1};
	struct watch_outputs outputs = {0};
	char name[128], *text = malloc(LONG_TEXT + 1);
	struct stat status;
	json_t *event;
	int fd;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', LONG_TEXT);
	text[LONG_TEXT] = '\0';
	assert_int_equal(
		bind(journal, (struct sockaddr *)&address, sizeof(address)), 0);
	snprintf(name, sizeof(name), "journald:%s", address.sun_path);
	assert_null(watch_outputs_open(&outputs, name, key, NULL, NULL));
	event = json_pack("{s:s}", "message", text);
	assert_null(watch_outputs_write(&outputs, event));
	fd = receive_file(journal);
	assert_int_equal(fcntl(fd, F_GET_SEALS), F_SEAL_SEAL | F_SEAL_SHRINK |
							 F_SEAL_GROW |
							 F_SEAL_WRITE);
	assert_int_equal(fstat(fd, &status), 0);
	/* Once as the message, and once in the event. */
	assert_true(status.st_size > 2 * LONG_TEXT);
	close(fd);
	close(journal);
	json_decref(event);
	watch_outputs_close(&outputs);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_event_comes_in_a_sealed_file),
	};

	return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
