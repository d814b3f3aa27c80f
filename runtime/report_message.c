/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Messages between IDS and watcher: see report_message.h. */
#include "report_message.h"

#include <stdlib.h>
#include <string.h>

#include "report_hex.h"
#include "report_text.h"

static const char *const type_names[REPORT_MESSAGE_TYPES] = {
	[REPORT_HELLO] = "hello",
	[REPORT_WELCOME] = "welcome",
	[REPORT_CHALLENGE] = "challenge",
	[REPORT_BEAT] = "beat",
	[REPORT_FINDING_MESSAGE] = "finding",
	[REPORT_ACKNOWLEDGE] = "acknowledge",
	[REPORT_GOODBYE] = "goodbye",
	[REPORT_FAREWELL] = "farewell",
};

static const char *const agent_names[REPORT_AGENT_STATES] = {
	[REPORT_AGENT_ANSWERED] = "answered",
	[REPORT_AGENT_SILENT] = "silent",
	[REPORT_AGENT_FAILED] = "failed",
};

static const char *const kind_names[REPORT_KINDS] = {
	[REPORT_FINDING] = "finding",
	[REPORT_INCIDENT] = "incident",
};

static json_t *encode_hello(const struct report_message *message)
{
	const struct report_origin *origin = &message->origin;

	return json_pack("{s:i, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:I}",
			 "version", REPORT_VERSION, "interval",
			 (json_int_t)message->interval_ms, "name", origin->name,
			 "digest", origin->digest, "run", origin->run,
			 "hostname", origin->hostname, "target", origin->target,
			 "kernel", origin->kernel, "pid",
			 (json_int_t)origin->pid);
}

static json_t *encode_challenge(const struct report_message *message)
{
	char text[2 * REPORT_CHALLENGE_SIZE + 1];

	report_hex_encode(text, message->challenge, REPORT_CHALLENGE_SIZE);
	return json_pack("{s:I, s:s}", "number", (json_int_t)message->number,
			 "challenge", text);
}

static json_t *encode_beat(const struct report_message *message)
{
	const struct report_beat *beat = &message->beat;
	char proof[2 * REPORT_CHALLENGE_SIZE + 1];

	report_hex_encode(proof, message->proof, REPORT_CHALLENGE_SIZE);
	return json_pack(
		"{s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
		"number", (json_int_t)message->number, "proof", proof, "agent",
		agent_names[beat->agent], "reason", beat->reason, "digest",
		beat->digest, "answered", (json_int_t)beat->answered, "calls",
		(json_int_t)beat->calls, "pages", (json_int_t)beat->pages,
		"bytes", (json_int_t)beat->bytes, "epochs",
		(json_int_t)beat->epochs, "slow_paths",
		(json_int_t)beat->slow_paths, "faults",
		(json_int_t)beat->faults, "queued", (json_int_t)beat->queued,
		"dropped", (json_int_t)beat->dropped);
}

static json_t *encode_fields(const struct report_finding *finding)
{
	json_t *fields = json_array();
	unsigned int i;

	for (i = 0; fields && i < finding->field_count; i++) {
		const struct report_field *field = &finding->fields[i];
		json_t *pair =
			field->is_number
				? json_pack("[s, I]", field->name,
					    (json_int_t)field->number)
				: json_pack("[s, s]", field->name, field->text);

		if (json_array_append_new(fields, pair)) {
			json_decref(fields);
			return NULL;
		}
	}
	return fields;
}

static json_t *encode_finding(const struct report_message *message)
{
	const struct report_finding *finding = &message->finding;

	return json_pack(
		"{s:I, s:I, s:s, s:i, s:s, s:s, s:o}", "number",
		(json_int_t)message->number, "time", (json_int_t)finding->time,
		"kind", kind_names[finding->kind], "severity",
		(int)finding->severity, "rule", finding->rule, "message",
		finding->message, "fields", encode_fields(finding));
}

static json_t *encode(const struct report_message *message)
{
	switch (message->type) {
	case REPORT_HELLO:
		return encode_hello(message);
	case REPORT_WELCOME:
		return json_pack("{s:I, s:I}", "number",
				 (json_int_t)message->number, "interval",
				 (json_int_t)message->interval_ms);
	case REPORT_CHALLENGE:
		return encode_challenge(message);
	case REPORT_BEAT:
		return encode_beat(message);
	case REPORT_FINDING_MESSAGE:
		return encode_finding(message);
	case REPORT_ACKNOWLEDGE:
		return json_pack("{s:I}", "number",
				 (json_int_t)message->number);
	case REPORT_GOODBYE:
		return json_pack("{s:I, s:I}", "number",
				 (json_int_t)message->number, "status",
				 (json_int_t)message->status);
	default:
		return json_object();
	}
}

char *report_message_encode(const struct report_message *message, size_t *size)
{
	json_t *object = encode(message);
	char *text = NULL;
	char *line = NULL;

	if (object &&
	    !json_object_set_new(object, "type",
				 json_string(type_names[message->type])))
		text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	if (!text)
		return NULL;
	*size = strlen(text) + 1;
	line = realloc(text, *size + 1);
	if (!line) {
		free(text);
		return NULL;
	}
	line[*size - 1] = '\n';
	line[*size] = '\0';
	return line;
}

/* The members of a message; the first that is not as it must be is noted. */
struct reader {
	const json_t *object;
	const char *wrong;
};

static uint64_t number(struct reader *reader, const char *name)
{
	const json_t *value = json_object_get(reader->object, name);

	if (!json_is_integer(value) || json_integer_value(value) < 0) {
		reader->wrong = name;
		return 0;
	}
	return (uint64_t)json_integer_value(value);
}

static uint64_t number_between(struct reader *reader, const char *name,
			       uint64_t lowest, uint64_t highest)
{
	uint64_t value = number(reader, name);

	if (value < lowest || value > highest)
		reader->wrong = name;
	return value;
}

/* Text that is clean already: our side has made it so. */
static bool take_text(const json_t *value, char *to, size_t size)
{
	const char *text = json_string_value(value);
	size_t length = json_string_length(value);

	if (!text || length >= size || !report_text_is_clean(text, length))
		return false;
	memcpy(to, text, length + 1);
	return true;
}

static void text(struct reader *reader, const char *name, char *to, size_t size)
{
	if (!take_text(json_object_get(reader->object, name), to, size)) {
		to[0] = '\0';
		reader->wrong = name;
	}
}

static bool is_word(const char *text, const char *others)
{
	char word[REPORT_NAME_SIZE];

	report_text_word(word, sizeof(word), text, others);
	return !strcmp(word, text);
}

static void word(struct reader *reader, const char *name, char *to, size_t size,
		 const char *others)
{
	text(reader, name, to, size);
	if (!is_word(to, others))
		reader->wrong = name;
}

static void bytes(struct reader *reader, const char *name, uint8_t *to,
		  size_t size)
{
	const char *value =
		json_string_value(json_object_get(reader->object, name));

	if (!value || !report_hex_decode(to, size, value))
		reader->wrong = name;
}

static unsigned int choice(struct reader *reader, const char *name,
			   const char *const *names, unsigned int count)
{
	const char *value =
		json_string_value(json_object_get(reader->object, name));
	unsigned int i;

	for (i = 0; value && i < count; i++)
		if (!strcmp(value, names[i]))
			return i;
	reader->wrong = name;
	return 0;
}

/* A digest that is not known is empty. */
static void digest(struct reader *reader, char to[REPORT_DIGEST_TEXT_SIZE])
{
	uint8_t value[REPORT_DIGEST_SIZE];

	text(reader, "digest", to, REPORT_DIGEST_TEXT_SIZE);
	if (to[0] && !report_hex_decode(value, sizeof(value), to))
		reader->wrong = "digest";
}

static void decode_hello(struct reader *reader, struct report_message *ret)
{
	struct report_origin *origin = &ret->origin;
	uint8_t run[REPORT_RUN_TEXT_SIZE / 2];

	number_between(reader, "version", REPORT_VERSION, REPORT_VERSION);
	ret->interval_ms = number_between(reader, "interval",
					  REPORT_SHORTEST_INTERVAL_MS,
					  REPORT_LONGEST_INTERVAL_MS);
	word(reader, "name", origin->name, sizeof(origin->name), "_-.+");
	digest(reader, origin->digest);
	text(reader, "run", origin->run, sizeof(origin->run));
	if (!report_hex_decode(run, sizeof(run), origin->run))
		reader->wrong = "run";
	text(reader, "hostname", origin->hostname, sizeof(origin->hostname));
	text(reader, "target", origin->target, sizeof(origin->target));
	text(reader, "kernel", origin->kernel, sizeof(origin->kernel));
	origin->pid = number_between(reader, "pid", 0, INT32_MAX);
}

static void decode_beat(struct reader *reader, struct report_message *ret)
{
	struct report_beat *beat = &ret->beat;

	ret->number = number(reader, "number");
	bytes(reader, "proof", ret->proof, sizeof(ret->proof));
	beat->agent = choice(reader, "agent", agent_names, REPORT_AGENT_STATES);
	text(reader, "reason", beat->reason, sizeof(beat->reason));
	digest(reader, beat->digest);
	beat->answered = number(reader, "answered");
	beat->calls = number(reader, "calls");
	beat->pages = number(reader, "pages");
	beat->bytes = number(reader, "bytes");
	beat->epochs = number(reader, "epochs");
	beat->slow_paths = number(reader, "slow_paths");
	beat->faults = number(reader, "faults");
	beat->queued = number(reader, "queued");
	beat->dropped = number(reader, "dropped");
}

/* [NAME, VALUE] */
static bool decode_field(const json_t *pair, struct report_field *field)
{
	const json_t *value = json_array_get(pair, 1);

	if (json_array_size(pair) != 2 ||
	    !take_text(json_array_get(pair, 0), field->name,
		       sizeof(field->name)) ||
	    !is_word(field->name, "_."))
		return false;
	field->is_number = json_is_integer(value);
	if (field->is_number) {
		field->number = json_integer_value(value);
		return true;
	}
	return take_text(value, field->text, sizeof(field->text));
}

static void decode_finding(struct reader *reader, struct report_message *ret)
{
	const json_t *fields = json_object_get(reader->object, "fields");
	struct report_finding *finding = &ret->finding;
	size_t i;

	ret->number = number_between(reader, "number", 1, INT64_MAX);
	/* Until the year 9999, which is all that fits into the text. */
	finding->time = number_between(reader, "time", 0, 253402300799999999);
	finding->kind = choice(reader, "kind", kind_names, REPORT_KINDS);
	finding->severity = (unsigned int)number_between(
		reader, "severity", 0, REPORT_LOWEST_SEVERITY);
	word(reader, "rule", finding->rule, sizeof(finding->rule), "_-.");
	text(reader, "message", finding->message, sizeof(finding->message));
	if (!json_is_array(fields) ||
	    json_array_size(fields) > REPORT_MAX_FIELDS) {
		reader->wrong = "fields";
		return;
	}
	finding->field_count = (unsigned int)json_array_size(fields);
	for (i = 0; i < finding->field_count; i++)
		if (!decode_field(json_array_get(fields, i),
				  &finding->fields[i]))
			reader->wrong = "fields";
}

static void decode_members(struct reader *reader, struct report_message *ret)
{
	ret->type = choice(reader, "type", type_names, REPORT_MESSAGE_TYPES);
	if (reader->wrong)
		return;
	switch (ret->type) {
	case REPORT_HELLO:
		decode_hello(reader, ret);
		break;
	case REPORT_WELCOME:
		ret->number = number(reader, "number");
		ret->interval_ms = number_between(reader, "interval",
						  REPORT_SHORTEST_INTERVAL_MS,
						  REPORT_LONGEST_INTERVAL_MS);
		break;
	case REPORT_CHALLENGE:
		ret->number = number(reader, "number");
		bytes(reader, "challenge", ret->challenge,
		      sizeof(ret->challenge));
		break;
	case REPORT_BEAT:
		decode_beat(reader, ret);
		break;
	case REPORT_FINDING_MESSAGE:
		decode_finding(reader, ret);
		break;
	case REPORT_ACKNOWLEDGE:
		ret->number = number(reader, "number");
		break;
	case REPORT_GOODBYE:
		ret->number = number(reader, "number");
		ret->status = number_between(reader, "status", 0, 255);
		break;
	default:
		break;
	}
}

struct fathom_error *report_message_decode(const char *line, size_t size,
					   struct report_message *ret)
{
	struct reader reader = {0};
	json_error_t reason;
	json_t *object;

	memset(ret, 0, sizeof(*ret));
	object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &reason);
	if (!object)
		return fathom_error_create(FATHOM_ERROR_PROTOCOL,
					   "a message that is no JSON");
	reader.object = object;
	decode_members(&reader, ret);
	json_decref(object);
	if (!reader.wrong)
		return NULL;
	return fathom_error_create(FATHOM_ERROR_PROTOCOL,
				   "a message with a bad `%s'", reader.wrong);
}
