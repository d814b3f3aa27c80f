/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Any bytes as messages between an IDS and its watcher, and right messages of
 * which some bytes were changed: understood, or an error of one line. What was
 * understood is clean, means the same when it is written again, becomes an
 * event of one line, and leaves the watcher's picture of the IDS whole.
 */
#include <fathom/error.h>

#include "fuzz.h"
#include "ids.h"
#include "report_hex.h"
#include "report_message.h"
#include "report_text.h"

#define MAX_CHANGES 8

static struct report_message message, again;

static void make_text(struct fuzz_input *input, char *to, size_t size)
{
	char bytes[REPORT_MESSAGE_SIZE];
	uint8_t length = 0;

	fuzz_take(input, &length, 1);
	fuzz_take(input, bytes, length);
	report_text_clean(to, size, bytes, length);
	DEMAND(strlen(to) < size);
	DEMAND(report_text_is_clean(to, strlen(to)));
}

static void make_word(struct fuzz_input *input, char *to, const char *others)
{
	char bytes[9] = "";

	fuzz_take(input, bytes, sizeof(bytes) - 1);
	report_text_word(to, REPORT_NAME_SIZE, bytes, others);
}

static void make_finding(struct fuzz_input *input,
			 struct report_finding *finding)
{
	unsigned int i;

	finding->kind = fuzz_u64(input) % REPORT_KINDS;
	finding->severity = fuzz_u64(input) % (REPORT_LOWEST_SEVERITY + 1);
	finding->time = fuzz_u64(input) % 253402300800000000;
	make_word(input, finding->rule, "_-.");
	make_text(input, finding->message, sizeof(finding->message));
	finding->field_count = fuzz_u64(input) % (REPORT_MAX_FIELDS + 1);
	for (i = 0; i < finding->field_count; i++) {
		struct report_field *field = &finding->fields[i];

		make_word(input, field->name, "_.");
		field->is_number = fuzz_u64(input) & 1;
		if (field->is_number)
			field->number = (int64_t)fuzz_u64(input);
		else
			make_text(input, field->text, sizeof(field->text));
	}
}

static void make_hello(struct fuzz_input *input)
{
	struct report_origin *origin = &message.origin;
	uint8_t run[16], digest[REPORT_DIGEST_SIZE];

	fuzz_take(input, run, sizeof(run));
	report_hex_encode(origin->run, run, sizeof(run));
	fuzz_take(input, digest, sizeof(digest));
	report_hex_encode(origin->digest, digest, sizeof(digest));
	make_word(input, origin->name, "_-.+");
	make_text(input, origin->hostname, sizeof(origin->hostname));
	make_text(input, origin->target, sizeof(origin->target));
	origin->pid = fuzz_u64(input) % INT32_MAX;
}

/* One of ours. */
static void make_message(struct fuzz_input *input)
{
	memset(&message, 0, sizeof(message));
	message.type = fuzz_u64(input) % REPORT_MESSAGE_TYPES;
	message.number = fuzz_u64(input) % 8 + 1;
	message.interval_ms =
		REPORT_SHORTEST_INTERVAL_MS + fuzz_u64(input) % 1000;
	message.status = fuzz_u64(input) % 256;
	message.beat.agent = fuzz_u64(input) % REPORT_AGENT_STATES;
	message.beat.answered = fuzz_u64(input) % 100;
	if (message.type == REPORT_HELLO)
		make_hello(input);
	if (message.type == REPORT_FINDING_MESSAGE)
		make_finding(input, &message.finding);
}

static void tell(void *context, const struct watch_ids *ids,
		 const struct watch_notice *notice)
{
	(void)context;
	(void)ids;
	DEMAND(strlen(notice->message) < sizeof(notice->message));
	DEMAND(report_text_is_clean(notice->message, strlen(notice->message)));
}

static void demand_event(const struct watch_ids *ids)
{
	json_t *event = report_finding_event(&ids->origin, &message.finding);
	char *line = json_dumps(event, JSON_COMPACT);

	DEMAND(line && !strchr(line, '\n'));
	DEMAND(strlen(line) < 2 * REPORT_MAX_LINE - 1024);
	free(line);
	json_decref(event);
}

/* As the server does. */
static void show_watcher(struct watch_ids *ids, uint64_t *now)
{
	static const uint8_t proof[REPORT_CHALLENGE_SIZE];

	if (watch_ids_challenge_due(ids, *now))
		watch_ids_challenged(ids, proof, *now);
	switch (message.type) {
	case REPORT_HELLO:
		watch_ids_hello(ids, &message.origin, message.interval_ms,
				*now);
		break;
	case REPORT_BEAT:
		if (!watch_ids_beat(ids, &message, proof, *now))
			watch_ids_gone(ids, *now);
		break;
	case REPORT_FINDING_MESSAGE:
		if (watch_ids_finding(ids, message.number) == WATCH_NEXT) {
			demand_event(ids);
			if (message.finding.kind == REPORT_INCIDENT)
				watch_ids_incident(ids, &message.finding, *now);
		}
		watch_ids_committed(ids, message.number & 1);
		break;
	case REPORT_GOODBYE:
		watch_ids_goodbye(ids, message.status, *now);
		break;
	default:
		break;
	}
	*now += message.interval_ms + 10;
	watch_ids_tick(ids, *now);
	DEMAND(ids->acknowledged <= ids->received);
	DEMAND(!(ids->standing >> WATCH_ALARMS));
}

/* Whether it was understood. */
static int read_line(const char *line, size_t size)
{
	struct fathom_error *error =
		report_message_decode(line, size, &message);
	size_t new_size;
	char *new_line;

	if (error) {
		DEMAND(error->message && !strchr(error->message, '\n'));
		fathom_error_destroy(error);
		return 0;
	}
	new_line = report_message_encode(&message, &new_size);
	DEMAND(new_line && new_size <= REPORT_MAX_LINE);
	error = report_message_decode(new_line, new_size - 1, &again);
	DEMAND(!error);
	DEMAND(!memcmp(&message, &again, sizeof(message)));
	free(new_line);
	return 1;
}

static int read_changed(struct fuzz_input *input)
{
	uint8_t changes = 0;
	size_t size;
	char *line;
	int fine;

	make_message(input);
	line = report_message_encode(&message, &size);
	DEMAND(line);
	fuzz_take(input, &changes, 1);
	for (changes %= MAX_CHANGES; changes; changes--) {
		size_t at = fuzz_u64(input) % size;

		fuzz_take(input, line + at, 1);
	}
	fine = read_line(line, size - 1);
	free(line);
	return fine;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct watch_ids ids = {.name = "first", .tell = tell};
	uint64_t now = 1000;

	read_line((const char *)data, size);
	watch_ids_start(&ids, now);
	while (input.size)
		if (read_changed(&input))
			show_watcher(&ids, &now);
	return 0;
}
