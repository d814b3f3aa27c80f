/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fathom/incident.h>

#define THREADS 4
#define EACH	1000

struct heard {
	unsigned int count;
	enum fathom_incident kind;
	char message[1024];
};

static void hear(void *context, enum fathom_incident kind, const char *message)
{
	struct heard *heard = context;

	heard->count++;
	heard->kind = kind;
	snprintf(heard->message, sizeof(heard->message), "%s", message);
}

static void nobody_hears_by_default(void **state)
{
	(void)state;
	errno = ENOENT;
	fathom_incident_raise(FATHOM_INCIDENT_LOST, "%s", "gone");
	assert_int_equal(errno, ENOENT);
}

static void observer_is_told(void **state)
{
	struct heard first = {0};
	struct heard second = {0};

	(void)state;
	fathom_incident_observe(hear, &first);
	fathom_incident_raise(FATHOM_INCIDENT_TIMEOUT, "relay %d: late", 7);
	assert_int_equal(first.count, 1);
	assert_int_equal(first.kind, FATHOM_INCIDENT_TIMEOUT);
	assert_string_equal(first.message, "relay 7: late");

	fathom_incident_observe(hear, &second);
	fathom_incident_raise(FATHOM_INCIDENT_RECOVERED, "relay 7: is back");
	assert_int_equal(first.count, 1);
	assert_int_equal(second.count, 1);

	fathom_incident_observe(NULL, NULL);
	fathom_incident_raise(FATHOM_INCIDENT_LOST, "relay 7: has hung up");
	assert_int_equal(second.count, 1);
}

static void long_messages_are_cut(void **state)
{
	struct heard heard = {0};
	char text[4096];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	fathom_incident_observe(hear, &heard);
	fathom_incident_raise(FATHOM_INCIDENT_SURPLUS, "%s", text);
	fathom_incident_observe(NULL, NULL);
	assert_int_equal(heard.count, 1);
	assert_int_equal(strspn(heard.message, "x"), 511);
}

static void *raise_many(void *context)
{
	int i;

	(void)context;
	for (i = 0; i < EACH; i++)
		fathom_incident_raise(FATHOM_INCIDENT_SILENT, "%d", i);
	return NULL;
}

static void threads_take_turns(void **state)
{
	struct heard heard = {0};
	pthread_t threads[THREADS];
	int i;

	(void)state;
	fathom_incident_observe(hear, &heard);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, raise_many, NULL), 0);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	fathom_incident_observe(NULL, NULL);
	assert_int_equal(heard.count, THREADS * EACH);
}

/* They stand in logs: none may change, or be another's. */
static void names_are_stable(void **state)
{
	enum fathom_incident none;

	(void)state;
	memset(&none, 0, sizeof(none));
	assert_string_equal(fathom_incident_name(FATHOM_INCIDENT_UNAUTHENTIC),
			    "unauthentic");
	assert_string_equal(fathom_incident_name(FATHOM_INCIDENT_SILENT),
			    "silent");
	assert_string_equal(fathom_incident_name(FATHOM_INCIDENT_LOST), "lost");
	assert_string_equal(fathom_incident_name(FATHOM_INCIDENT_TIMEOUT),
			    "timeout");
	assert_string_equal(fathom_incident_name(FATHOM_INCIDENT_SURPLUS),
			    "surplus");
	assert_string_equal(fathom_incident_name(FATHOM_INCIDENT_RECOVERED),
			    "recovered");
	assert_string_equal(fathom_incident_name(FATHOM_INCIDENT_NOT_STARTED),
			    "not-started");
	assert_string_equal(fathom_incident_name(none), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_hears_by_default),
		cmocka_unit_test(observer_is_told),
		cmocka_unit_test(long_messages_are_cut),
		cmocka_unit_test(threads_take_turns),
		cmocka_unit_test(names_are_stable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
