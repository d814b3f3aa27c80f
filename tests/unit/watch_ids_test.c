/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What a watcher makes of an IDS's words, and of its silence; by its own time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "authorized.h"
#include "ids.h"

#define INTERVAL 1000u

static struct watch_ids ids;
static char told[1024]; /* actions, in order */
static char last_message[REPORT_MESSAGE_SIZE];
static uint64_t now;
static const uint8_t proof[REPORT_CHALLENGE_SIZE] = {1};
static const uint8_t other[REPORT_CHALLENGE_SIZE] = {2};

static void tell(void *context, const struct watch_ids *about,
		 const struct watch_notice *notice)
{
	(void)context;
	assert_ptr_equal(about, &ids);
	assert_int_equal(strncmp(notice->message, "first: ", 7), 0);
	strcpy(last_message, notice->message);
	strcat(told, notice->alert ? "!" : "");
	strcat(told, notice->action);
	strcat(told, " ");
}

static void expect(const char *actions)
{
	assert_string_equal(told, actions);
	told[0] = '\0';
}

static int set_up(void **state)
{
	(void)state;
	memset(&ids, 0, sizeof(ids));
	strcpy(ids.name, "first");
	ids.tell = tell;
	told[0] = '\0';
	now = 100000;
	watch_ids_start(&ids, now);
	return 0;
}

static void hello(const char *run)
{
	struct report_origin origin = {.name = "pslist", .hostname = "here"};

	memset(origin.run, *run, sizeof(origin.run) - 1);
	memset(origin.digest, 'a', sizeof(origin.digest) - 1);
	watch_ids_hello(&ids, &origin, INTERVAL, now);
}

static bool beat(uint64_t number, const uint8_t *with, uint64_t answered)
{
	static struct report_message message;

	memset(&message, 0, sizeof(message));
	message.number = number;
	memcpy(message.proof, with, sizeof(message.proof));
	memset(message.beat.digest, 'a', sizeof(message.beat.digest) - 1);
	message.beat.answered = answered;
	return watch_ids_beat(&ids, &message, proof, now);
}

static void challenge(void)
{
	static const uint8_t random[REPORT_CHALLENGE_SIZE] = {7};

	assert_true(watch_ids_challenge_due(&ids, now));
	watch_ids_challenged(&ids, random, now);
	/* None of several challenges is answered twice. */
	memset(ids.last_proof, 0xee, sizeof(ids.last_proof));
}

static void connect_and_beat(void)
{
	hello("1");
	challenge();
	assert_true(beat(1, proof, 10));
	expect("ids-connected ");
}

static void a_regular_life_is_no_alarm(void **state)
{
	unsigned int i;

	(void)state;
	connect_and_beat();
	for (i = 2; i < 100; i++) {
		assert_false(watch_ids_challenge_due(&ids, now + INTERVAL - 1));
		now += INTERVAL;
		challenge();
		now += INTERVAL / 2;
		assert_true(watch_ids_tick(&ids, now));
		assert_true(beat(i, proof, 10 + i));
		now -= INTERVAL / 2;
	}
	watch_ids_goodbye(&ids, 0, now);
	watch_ids_gone(&ids, now);
	watch_ids_tick(&ids, now + 100 * INTERVAL);
	expect("ids-ended ");
}

/* The promise of docs/watching.md: within two intervals of the last sign. */
static void a_late_heartbeat_is_noticed_within_two_intervals(void **state)
{
	(void)state;
	connect_and_beat();
	now += INTERVAL;
	challenge();
	now += INTERVAL;
	watch_ids_tick(&ids, now);
	expect("");
	now += 1;
	watch_ids_tick(&ids, now);
	watch_ids_tick(&ids, now + 5);
	expect("!heartbeat-late ");
	assert_true(beat(2, proof, 11));
	expect("heartbeat-back ");
}

static void a_connection_without_answers_is_given_up(void **state)
{
	(void)state;
	connect_and_beat();
	now += INTERVAL;
	challenge();
	assert_true(watch_ids_tick(&ids, now + 4 * INTERVAL));
	assert_false(watch_ids_tick(&ids, now + 4 * INTERVAL + 5001));
}

static void a_wrong_answer_is_refused(void **state)
{
	(void)state;
	connect_and_beat();
	now += INTERVAL;
	challenge();
	assert_false(beat(2, other, 11));
	expect("!heartbeat-wrong ");
	assert_false(beat(3, proof, 11));
	expect("");
	assert_true(beat(2, proof, 11));
	expect("heartbeat-right ");
}

static void an_old_answer_is_a_replay(void **state)
{
	(void)state;
	connect_and_beat();
	/* Once more, to no challenge. */
	assert_false(beat(1, proof, 10));
	expect("!heartbeat-replayed ");
	now += INTERVAL;
	challenge();
	assert_false(beat(1, other, 10));
	assert_true(beat(2, proof, 11));
	expect("heartbeat-fresh ");
	/* The last right answer, under the new number. */
	now += INTERVAL;
	challenge();
	memcpy(ids.last_proof, other, sizeof(other));
	assert_false(beat(3, other, 12));
	expect("!heartbeat-replayed ");
}

static void an_agent_that_is_not_called_is_noticed(void **state)
{
	(void)state;
	connect_and_beat();
	now += INTERVAL;
	challenge();
	assert_true(beat(2, proof, 10));
	expect("!agent-silent ");
	now += INTERVAL;
	challenge();
	assert_true(beat(3, proof, 11));
	expect("agent-back ");
}

static void a_failing_agent_is_noticed(void **state)
{
	static struct report_message message = {
		.number = 1,
		.beat = {.agent = REPORT_AGENT_FAILED},
	};

	(void)state;
	hello("1");
	challenge();
	memcpy(message.proof, proof, sizeof(proof));
	assert_true(watch_ids_beat(&ids, &message, proof, now));
	expect("ids-connected !agent-failed ");
	now += INTERVAL;
	challenge();
	message.number = 2;
	message.beat.agent = REPORT_AGENT_SILENT;
	message.beat.answered = 1;
	assert_true(watch_ids_beat(&ids, &message, proof, now));
	expect("!agent-silent ");
	now += INTERVAL;
	challenge();
	assert_true(beat(3, proof, 2));
	expect("agent-works agent-back ");
}

static void another_program_is_noticed(void **state)
{
	(void)state;
	memset(ids.digest, 'b', sizeof(ids.digest) - 1);
	hello("1");
	expect("ids-connected !program-changed ");
	memset(ids.digest, 'a', sizeof(ids.digest) - 1);
	challenge();
	assert_true(beat(1, proof, 10));
	expect("program-authorized ");
}

static void who_goes_without_goodbye_is_missed(void **state)
{
	(void)state;
	connect_and_beat();
	watch_ids_gone(&ids, now);
	watch_ids_tick(&ids, now + INTERVAL - 1);
	expect("");
	watch_ids_tick(&ids, now + INTERVAL);
	watch_ids_tick(&ids, now + 2 * INTERVAL);
	expect("!ids-vanished ");
	hello("1");
	expect("ids-reconnected ids-back ");
}

static void another_run_without_goodbye_is_told(void **state)
{
	(void)state;
	connect_and_beat();
	watch_ids_gone(&ids, now);
	hello("2");
	expect("!ids-restarted ids-connected ");
	watch_ids_goodbye(&ids, 0, now);
	hello("3");
	expect("ids-ended ids-connected ");
}

static void a_bad_end_is_an_alarm(void **state)
{
	(void)state;
	connect_and_beat();
	watch_ids_goodbye(&ids, 120, now);
	expect("!ids-failed ");
}

static void who_is_required_must_come_and_come_back(void **state)
{
	(void)state;
	ids.required = true;
	ids.required_interval_ms = INTERVAL;
	watch_ids_tick(&ids, now + 3 * INTERVAL - 1);
	expect("");
	watch_ids_tick(&ids, now + 3 * INTERVAL);
	expect("!ids-missing ");
	hello("1");
	expect("ids-connected ids-there ");
	watch_ids_goodbye(&ids, 0, now);
	watch_ids_tick(&ids, now + 3 * INTERVAL);
	expect("ids-ended !ids-missing ");
}

/* A watcher that was away expects whoever was there when it went. */
static void who_was_there_before_is_expected(void **state)
{
	(void)state;
	watch_ids_expect(&ids, now);
	watch_ids_tick(&ids, now + REPORT_DEFAULT_INTERVAL_MS);
	expect("!ids-vanished ");
}

static void incident(const char *rule)
{
	static struct report_finding finding;

	snprintf(finding.rule, sizeof(finding.rule), "%s", rule);
	strcpy(finding.message, "what happened");
	watch_ids_incident(&ids, &finding, now);
}

static void incidents_are_alarms(void **state)
{
	(void)state;
	connect_and_beat();
	incident("session.lost");
	incident("session.timeout");
	expect("!session-lost ");
	incident("session.recovered");
	incident("session.recovered");
	expect("session-back ");
	/* Each of these is one, but for a flood of them. */
	incident("session.unauthentic");
	incident("session.unauthentic");
	incident("session.surplus");
	expect("!session-attacked ");
	now += 999;
	incident("session.unauthentic");
	expect("");
	now += 1;
	incident("session.surplus");
	expect("!session-attacked ");
	watch_ids_nonsense(&ids, "nonsense", now);
	watch_ids_nonsense(&ids, "nonsense", now + 999);
	expect("!message-wrong ");
	watch_ids_nonsense(&ids, "nonsense", now + 1000);
	expect("!message-wrong ");
	assert_non_null(strstr(last_message, "nonsense (and 1 more before)"));
	incident("session.silent");
	expect("!session-lost ");
	/* A program's own rule is no incident. */
	incident("session");
	incident("other.recovered");
	expect("");
}

/* The alarm stands, though who it is about has ended, until it can begin. */
static void a_target_that_cannot_be_opened_is_an_alarm(void **state)
{
	(void)state;
	hello("1");
	incident("session.not-started");
	watch_ids_goodbye(&ids, 121, now);
	expect("ids-connected !session-not-started !ids-failed ");
	hello("2");
	incident("session.not-started");
	watch_ids_goodbye(&ids, 121, now);
	expect("ids-connected !ids-failed ");
	hello("3");
	challenge();
	assert_true(beat(1, proof, 10));
	expect("ids-connected session-started ");
	incident("session.not-started");
	expect("!session-not-started ");
	hello("4");
	watch_ids_goodbye(&ids, 0, now);
	expect("!ids-restarted ids-connected session-started ids-ended ");
}

/* The administrator changes his mind while it runs. */
static void what_is_said_of_it_may_change(void **state)
{
	struct watch_ids said = {.name = "first", .required = true};

	(void)state;
	/* It has three intervals from now on, not from the beginning. */
	now += 100 * INTERVAL;
	watch_ids_change(&ids, &said, now);
	watch_ids_tick(&ids, now + 3 * REPORT_DEFAULT_INTERVAL_MS - 1);
	expect("");
	watch_ids_tick(&ids, now + 3 * REPORT_DEFAULT_INTERVAL_MS);
	expect("!ids-missing ");
	said.required = false;
	watch_ids_change(&ids, &said, now);
	expect("ids-there ");
	connect_and_beat();
	memset(said.digest, 'b', sizeof(said.digest) - 1);
	watch_ids_change(&ids, &said, now);
	expect("!program-changed ");
	memset(said.digest, 'a', sizeof(said.digest) - 1);
	watch_ids_change(&ids, &said, now);
	expect("program-authorized ");
	/* It is still the same process, with the same heartbeats. */
	now += INTERVAL;
	challenge();
	assert_true(beat(2, proof, 11));
	expect("");
}

static void lost_findings_are_told_once(void **state)
{
	static struct report_message message = {.number = 1};

	(void)state;
	hello("1");
	memcpy(message.proof, proof, sizeof(proof));
	for (message.number = 1; message.number < 4; message.number++) {
		challenge();
		message.beat.answered++;
		message.beat.dropped = 7;
		assert_true(watch_ids_beat(&ids, &message, proof, now));
		now += INTERVAL;
	}
	expect("ids-connected !findings-dropped ");
}

static void findings_are_taken_once_and_in_order(void **state)
{
	(void)state;
	hello("1");
	assert_int_equal(watch_ids_finding(&ids, 1), WATCH_NEXT);
	assert_int_equal(watch_ids_finding(&ids, 2), WATCH_NEXT);
	assert_int_equal(watch_ids_finding(&ids, 2), WATCH_AGAIN);
	assert_int_equal(watch_ids_finding(&ids, 4), WATCH_NO_ORDER);
	/* Not written down: it must come again. */
	watch_ids_committed(&ids, false);
	assert_int_equal(ids.acknowledged, 0);
	assert_int_equal(watch_ids_finding(&ids, 1), WATCH_NEXT);
	watch_ids_committed(&ids, true);
	assert_int_equal(ids.acknowledged, 1);
	hello("1");
	assert_int_equal(watch_ids_finding(&ids, 1), WATCH_AGAIN);
	/* Another process counts anew. */
	hello("2");
	assert_int_equal(watch_ids_finding(&ids, 1), WATCH_NEXT);
}

static void expect_list(const char *text, const char *wrong)
{
	struct watch_authorized authorized;
	char path[] = "/tmp/fathom-list-XXXXXX";
	struct fathom_error *error;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	error = watch_authorized_read(path, &authorized);
	unlink(path);
	if (wrong) {
		assert_non_null(error);
		assert_non_null(strstr(error->message, wrong));
		fathom_error_destroy(error);
		return;
	}
	if (error)
		fail_msg("%s", error->message);
	assert_int_equal(authorized.count, 2);
	assert_string_equal(authorized.ids[0].name, "one");
	assert_true(authorized.ids[0].required);
	assert_int_equal(authorized.ids[0].required_interval_ms, 2500);
	assert_ptr_equal(
		watch_authorized_find(&authorized, authorized.ids[1].key),
		&authorized.ids[1]);
	free(authorized.ids);
}

#define KEY_1 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define KEY_2 "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static void lists_are_read_strictly(void **state)
{
	(void)state;
	expect_list("# a comment\n\none " KEY_1
		    " interval=2.5 required\ntwo " KEY_2,
		    NULL);
	expect_list("", "no IDS");
	expect_list("one\n", ":1: behind the name");
	expect_list("one key\n", ":1: behind the name");
	expect_list("a/b " KEY_1 "\n", ":1: a name has");
	expect_list("\none " KEY_1 " interval=0\n", ":2: an option");
	expect_list("one " KEY_1 " interval=nan\n", ":1: an option");
	expect_list("one " KEY_1 " sha256=12\n", ":1: an option");
	expect_list("one " KEY_1 " often\n", ":1: an option");
	expect_list("one " KEY_1 "\none " KEY_2 "\n", ":2: the name is there");
	expect_list("one " KEY_1 "\ntwo " KEY_1 "\n", ":2: the key is there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, set_up)
		TEST(a_regular_life_is_no_alarm),
		TEST(a_late_heartbeat_is_noticed_within_two_intervals),
		TEST(a_connection_without_answers_is_given_up),
		TEST(a_wrong_answer_is_refused),
		TEST(an_old_answer_is_a_replay),
		TEST(an_agent_that_is_not_called_is_noticed),
		TEST(a_failing_agent_is_noticed),
		TEST(another_program_is_noticed),
		TEST(who_goes_without_goodbye_is_missed),
		TEST(another_run_without_goodbye_is_told),
		TEST(a_bad_end_is_an_alarm),
		TEST(who_is_required_must_come_and_come_back),
		TEST(who_was_there_before_is_expected),
		TEST(incidents_are_alarms),
		TEST(a_target_that_cannot_be_opened_is_an_alarm),
		TEST(what_is_said_of_it_may_change),
		TEST(lost_findings_are_told_once),
		TEST(findings_are_taken_once_and_in_order),
		TEST(lists_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
