/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Any bytes as what QEMU answers, by QMP and in its monitor's text. */
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "monitor.h"
#include "qmp.h"

#define READY "{\"QMP\": {}}\n{\"return\": {}}\n"

static void end_of(struct fathom_error *error)
{
	if (!error)
		return;
	DEMAND(error->message && *error->message);
	fathom_error_destroy(error);
}

static void parse_memory_map(const char *text)
{
	static char id[] = "m";
	struct ram_backend backend = {.id = id, .size = 1 << 30};
	struct fathom_wire_range *ranges = NULL;
	struct segments segments = {0};
	struct fathom_error *error;
	uint32_t count = 0;
	uint32_t i;

	error = monitor_memory_map(text, &backend, 1, &segments);
	for (i = 0; !error && i < segments.count; i++)
		DEMAND(segments.list[i].offset <= backend.size &&
		       segments.list[i].size <=
			       backend.size - segments.list[i].offset);
	if (!error)
		error = segments_finish(&segments, &ranges, &count);
	for (i = 1; !error && i < count; i++)
		DEMAND(ranges[i].start >
		       ranges[i - 1].start + ranges[i - 1].size);
	end_of(error);
	free(ranges);
	segments_clear(&segments);
}

static void parse_registers(const char *text)
{
	struct fathom_wire_cpu *cpus;
	struct fathom_error *error;
	uint32_t count;
	bool in_smm;

	error = monitor_registers(text, &cpus, &count, &in_smm);
	if (!error) {
		DEMAND(count > 0);
		free(cpus);
	}
	end_of(error);
}

static void parse_text(const char *text)
{
	parse_memory_map(text);
	parse_registers(text);
}

/* The peer has said all, so no wait is ever long. */
static void talk(int fd)
{
	struct fathom_error *error;
	struct qmp *qmp;
	char *text;

	error = qmp_start(fd, "SOCKET", 1000, &qmp);
	if (error) {
		end_of(error);
		return;
	}
	error = qmp_monitor(qmp, "info mtree -f", &text);
	if (!error) {
		parse_text(text);
		free(text);
	}
	end_of(error);
	qmp_close(qmp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	uint8_t choice;
	char *text;
	int ends[2];

	fuzz_take(&input, &choice, sizeof(choice));
	size = input.size;
	text = calloc(1, size + 1);
	DEMAND(text);
	fuzz_take(&input, text, size);
	if (choice % 4 == 0) {
		parse_text(text);
		free(text);
		return 0;
	}
	DEMAND(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	if (choice % 4 != 1)
		DEMAND(send(ends[1], READY, sizeof(READY) - 1, 0) > 0);
	/* More than the socket takes is left out. */
	if (size)
		send(ends[1], text, size, MSG_DONTWAIT);
	shutdown(ends[1], SHUT_WR);
	free(text);
	talk(ends[0]);
	close(ends[1]);
	return 0;
}
