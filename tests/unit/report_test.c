/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Findings on their way: text, messages, the queue, what they look like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report_incident.h"
#include "report_message.h"
#include "report_queue.h"
#include "report_text.h"

static void expect_clean(const char *from, const char *to)
{
	char text[64];

	report_text_clean(text, sizeof(text), from, strlen(from));
	assert_string_equal(text, to);
	assert_true(report_text_is_clean(text, strlen(text)));
}

static void text_is_made_printable(void **state)
{
	(void)state;
	expect_clean("", "");
	expect_clean("plain", "plain");
	expect_clean("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7",
		     "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7");
	expect_clean("back\\slash", "back\\\\slash");
	expect_clean("\x1b[31mred\n", "\\x1b[31mred\\x0a");
	expect_clean("\x7f", "\\x7f");
	/* C1: as good as an escape to some terminals. */
	expect_clean("\xc2\x9b", "\\xc2\\x9b");
	/* Right to left, and other ways to hide. */
	expect_clean("a\xe2\x80\xae"
		     "b",
		     "a\\xe2\\x80\\xaeb");
	expect_clean("\xe2\x80\xa8", "\\xe2\\x80\\xa8");
}

static void broken_utf8_is_made_valid(void **state)
{
	(void)state;
	expect_clean("\xff\xfe", "\\xff\\xfe");
	expect_clean("\xc3", "\\xc3");
	expect_clean("\xe2\x82", "\\xe2\\x82");
	/* Overlong, surrogate, too large. */
	expect_clean("\xc0\xaf", "\\xc0\\xaf");
	expect_clean("\xe0\x80\xaf", "\\xe0\\x80\\xaf");
	expect_clean("\xed\xa0\x80", "\\xed\\xa0\\x80");
	expect_clean("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	assert_false(report_text_is_clean("a\nb", 3));
	assert_false(report_text_is_clean("\xc3", 1));
}

static void long_text_is_cut_between_characters(void **state)
{
	char text[12];
	size_t length;
	char from[32];

	(void)state;
	for (length = 0; length < sizeof(from); length++) {
		memset(from, 'a', sizeof(from));
		report_text_clean(text, sizeof(text), from, length);
		assert_true(strlen(text) < sizeof(text));
		assert_true(report_text_is_clean(text, strlen(text)));
		assert_int_equal(!!strstr(text, "\xe2\x80\xa6"), length > 11);
	}
	/* Neither an escape nor a character is cut in two. */
	for (length = 0; length < 12; length++) {
		memset(from, 'a', length);
		memcpy(from + length, "\xe2\x82\xac\xff\xff\xff", 6);
		report_text_clean(text, sizeof(text), from, length + 6);
		assert_true(report_text_is_clean(text, strlen(text)));
	}
}

static void words_keep_letters_only(void **state)
{
	char word[8];

	(void)state;
	report_text_word(word, sizeof(word), "a b/c", "_");
	assert_string_equal(word, "a_b_c");
	report_text_word(word, sizeof(word), "longer than that", "_");
	assert_string_equal(word, "longer_");
	report_text_word(word, sizeof(word), "", "_");
	assert_string_equal(word, "_");
}

static void fill_finding(struct report_finding *finding)
{
	memset(finding, 0, sizeof(*finding));
	finding->time = 1700000000123456;
	finding->severity = 2;
	strcpy(finding->rule, "hidden_process");
	strcpy(finding->message, "\"quoted\" \xc3\xa9 \\x1b");
	finding->field_count = 3;
	strcpy(finding->fields[0].name, "process.pid");
	finding->fields[0].is_number = true;
	finding->fields[0].number = -5;
	strcpy(finding->fields[1].name, "module");
	strcpy(finding->fields[1].text, "evil");
	strcpy(finding->fields[2].name, "process.parent.pid");
	finding->fields[2].is_number = true;
	finding->fields[2].number = 1;
}

static void round_trip(const struct report_message *message,
		       struct report_message *back)
{
	struct fathom_error *error;
	size_t size;
	char *line = report_message_encode(message, &size);

	assert_non_null(line);
	assert_true(size <= REPORT_MAX_LINE);
	assert_int_equal(line[size - 1], '\n');
	assert_ptr_equal(memchr(line, '\n', size), line + size - 1);
	error = report_message_decode(line, size - 1, back);
	if (error)
		fail_msg("%s: %s", error->message, line);
	free(line);
}

static void messages_come_back(void **state)
{
	static struct report_message message, back;
	unsigned int type;

	(void)state;
	for (type = 0; type < REPORT_MESSAGE_TYPES; type++) {
		memset(&message, 0, sizeof(message));
		message.type = type;
		message.number = 0;
		switch (type) {
		case REPORT_HELLO:
			message.interval_ms = 250;
			strcpy(message.origin.name, "pslist");
			strcpy(message.origin.run,
			       "0123456789abcdef0123456789abcdef");
			strcpy(message.origin.target, "dump:/a b\xc3\xa9");
			message.origin.pid = 77;
			break;
		case REPORT_WELCOME:
			message.number = 9;
			message.interval_ms = 10000;
			break;
		case REPORT_CHALLENGE:
			message.number = 4;
			memset(message.challenge, 0xa5, 32);
			break;
		case REPORT_BEAT:
			message.number = 4;
			memset(message.proof, 0x5a, 32);
			message.beat.agent = REPORT_AGENT_FAILED;
			strcpy(message.beat.reason, "the target has gone");
			memset(message.beat.digest, 'a', 64);
			message.beat.answered = 1000;
			message.beat.dropped = 3;
			break;
		case REPORT_FINDING_MESSAGE:
			message.number = 1;
			fill_finding(&message.finding);
			break;
		case REPORT_ACKNOWLEDGE:
			message.number = 12;
			break;
		case REPORT_GOODBYE:
			message.number = 3;
			message.status = 120;
			break;
		default:
			break;
		}
		round_trip(&message, &back);
		assert_memory_equal(&message, &back, sizeof(message));
	}
}

static void the_longest_finding_fits(void **state)
{
	static struct report_message message, back;
	unsigned int i;

	(void)state;
	memset(&message, 0, sizeof(message));
	message.type = REPORT_FINDING_MESSAGE;
	message.number = INT64_MAX;
	message.finding.time = 253402300799999999;
	memset(message.finding.rule, 'r', REPORT_NAME_SIZE - 1);
	memset(message.finding.message, '"', REPORT_MESSAGE_SIZE - 1);
	message.finding.field_count = REPORT_MAX_FIELDS;
	for (i = 0; i < REPORT_MAX_FIELDS; i++) {
		memset(message.finding.fields[i].name, 'n',
		       REPORT_NAME_SIZE - 1);
		memset(message.finding.fields[i].text, '\\',
		       REPORT_VALUE_SIZE - 1);
	}
	round_trip(&message, &back);
	assert_memory_equal(&message, &back, sizeof(message));
}

static void nonsense_is_refused(void **state)
{
	static const char *const lines[] = {
		"",
		"{",
		"[]",
		"null",
		"{\"type\":\"hello\"}",
		"{\"type\":\"welcome\",\"number\":0,\"interval\":1}",
		"{\"type\":\"welcome\",\"number\":-1,\"interval\":1000}",
		"{\"type\":\"welcome\",\"number\":1.5,\"interval\":1000}",
		"{\"type\":\"welcome\",\"type\":\"welcome\",\"number\":1,\"interval\":1000}",
		"{\"type\":\"dance\",\"number\":0}",
		"{\"type\":7}",
		"{\"type\":\"challenge\",\"number\":1,\"challenge\":\"00\"}",
		"{\"type\":\"goodbye\",\"number\":1,\"status\":256}",
		"{\"type\":\"acknowledge\",\"number\":99999999999999999999}",
#define FINDING(rest)                                                           \
	"{\"type\":\"finding\",\"time\":1,\"kind\":\"finding\",\"rule\":\"r\"," \
	"\"message\":\"m\"," rest "}"
		FINDING("\"number\":0,\"severity\":2,\"fields\":[]"),
		FINDING("\"number\":1,\"severity\":8,\"fields\":[]"),
		FINDING("\"number\":1,\"severity\":2,\"fields\":{}"),
		FINDING("\"number\":1,\"severity\":2,\"fields\":[1]"),
		FINDING("\"number\":1,\"severity\":2,\"fields\":[[\"a\"]]"),
		FINDING("\"number\":1,\"severity\":2,\"fields\":[[\"a\",true]]"),
		FINDING("\"number\":1,\"severity\":2,\"fields\":[[\"a b\",1]]"),
		FINDING("\"number\":1,\"severity\":2,\"fields\":[[\"a\",\"\\n\"]]"),
		FINDING("\"number\":1,\"severity\":2,\"fields\":[[\"a\",\"\\u202e\"]]"),
		FINDING("\"number\":1,\"severity\":2,\"fields\":[[\"a\",\"\\u0000\"]]"),
	};
	static struct report_message back;
	struct fathom_error *error;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		error = report_message_decode(lines[i], strlen(lines[i]),
					      &back);
		if (!error)
			fail_msg("accepted: %s", lines[i]);
		fathom_error_destroy(error);
	}
	/* What the last of them would be without the fault. */
	error = report_message_decode(
		FINDING("\"number\":1,\"severity\":2,\"fields\":[[\"a\",\"b\"]]"),
		strlen(FINDING(
			"\"number\":1,\"severity\":2,\"fields\":[[\"a\",\"b\"]]")),
		&back);
	assert_null(error);
}

static const char *text_at(const json_t *event, const char *first,
			   const char *second)
{
	return json_string_value(
		json_object_get(json_object_get(event, first), second));
}

static void events_have_names_of_ecs(void **state)
{
	struct report_origin origin = {.name = "pslist", .pid = 7};
	static struct report_finding finding;
	json_t *event;

	(void)state;
	strcpy(origin.kernel, "6.1.0");
	strcpy(origin.target, "dump:x");
	fill_finding(&finding);
	/* No field can pose as what we say. */
	finding.field_count = 5;
	strcpy(finding.fields[3].name, "event.kind");
	strcpy(finding.fields[3].text, "event");
	strcpy(finding.fields[4].name, "process.pid.x");
	event = report_finding_event(&origin, &finding);
	assert_non_null(event);
	assert_string_equal(
		json_string_value(json_object_get(event, "@timestamp")),
		"2023-11-14T22:13:20.123456Z");
	assert_string_equal(text_at(event, "event", "kind"), "alert");
	assert_string_equal(text_at(event, "event", "dataset"),
			    "fathom.finding");
	assert_string_equal(text_at(event, "rule", "id"), "hidden_process");
	assert_string_equal(text_at(event, "log", "level"), "critical");
	assert_string_equal(text_at(event, "labels", "module"), "evil");
	assert_string_equal(text_at(event, "labels", "event_kind"), "event");
	assert_int_equal(json_integer_value(json_object_get(
				 json_object_get(event, "process"), "pid")),
			 -5);
	assert_int_equal(
		json_integer_value(json_object_get(
			json_object_get(json_object_get(event, "process"),
					"parent"),
			"pid")),
		1);
	json_decref(event);
}

static void the_queue_keeps_order_and_bounds(void **state)
{
	static struct report_queue queue;
	static struct report_finding finding;
	static struct report_message back;
	const struct report_queue_entry *entry;
	uint64_t i;

	(void)state;
	fill_finding(&finding);
	for (i = 1; i <= REPORT_QUEUE_LENGTH; i++)
		assert_true(report_queue_add(&queue, &finding));
	assert_false(report_queue_add(&queue, &finding));
	assert_int_equal(queue.dropped, 1);
	assert_int_equal(report_queue_waiting(&queue), REPORT_QUEUE_LENGTH);
	entry = report_queue_get(&queue, 5);
	assert_null(report_message_decode(entry->line, entry->size - 1, &back));
	assert_int_equal(back.number, 5);
	assert_null(report_queue_get(&queue, 0));
	assert_null(report_queue_get(&queue, REPORT_QUEUE_LENGTH + 1));
	/* What was never given cannot be acknowledged. */
	assert_false(report_queue_acknowledge(&queue, REPORT_QUEUE_LENGTH + 1));
	assert_true(report_queue_acknowledge(&queue, 10));
	assert_null(report_queue_get(&queue, 10));
	assert_true(report_queue_add(&queue, &finding));
	assert_int_equal(queue.last, REPORT_QUEUE_LENGTH + 1);
	assert_true(report_queue_acknowledge(&queue, queue.last));
	/* An old acknowledgement changes nothing. */
	assert_true(report_queue_acknowledge(&queue, 3));
	assert_int_equal(report_queue_waiting(&queue), 0);
	assert_int_equal(queue.bytes, 0);
}

static bool incident(struct report_incidents *incidents,
		     enum fathom_incident kind, uint64_t now)
{
	static struct report_finding finding;
	bool told = report_incident(incidents, kind, "x\n", now, &finding);

	if (told) {
		assert_int_equal(finding.kind, REPORT_INCIDENT);
		assert_string_equal(finding.message, "x\\x0a");
		assert_int_equal(strncmp(finding.rule, "session.", 8), 0);
	}
	return told;
}

/* A hostile relay must not fill the queue with them. */
static void incidents_are_bounded(void **state)
{
	struct report_incidents incidents = {0};
	struct report_finding finding;
	uint64_t now = 1700000000000000;
	unsigned int told = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		told += incident(&incidents, FATHOM_INCIDENT_UNAUTHENTIC, now);
		told += incident(&incidents, FATHOM_INCIDENT_LOST, now);
		told += incident(&incidents, FATHOM_INCIDENT_RECOVERED, now);
		now += 100;
	}
	assert_int_equal(told, 3);
	assert_true(report_incident(&incidents, FATHOM_INCIDENT_UNAUTHENTIC, "",
				    now, &finding));
	assert_string_equal(finding.rule, "session.unauthentic");
	assert_int_equal(finding.fields[0].number, 9999);
	assert_false(incident(&incidents, (enum fathom_incident)0, now));
	assert_false(incident(&incidents, (enum fathom_incident)99, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_made_printable),
		cmocka_unit_test(broken_utf8_is_made_valid),
		cmocka_unit_test(long_text_is_cut_between_characters),
		cmocka_unit_test(words_keep_letters_only),
		cmocka_unit_test(messages_come_back),
		cmocka_unit_test(the_longest_finding_fits),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(events_have_names_of_ecs),
		cmocka_unit_test(incidents_are_bounded),
		cmocka_unit_test(the_queue_keeps_order_and_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
