/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * watch-machine HOW: an IDS over a fake agent, which reports as FATHOM_REPORT
 * says, for tests of what befalls the agent.
 */
#include <err.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fathom/incident.h>
#include <fathom/report.h>

#include "report_start.h"
#include "runtime_machine.h"
#include "target_state.h"

#define THREADS 4
#define EACH	50

static atomic_bool fails, hangs;

static void spoil(struct fake_channel *fake, uint16_t type, uint8_t *reply,
		  size_t *size)
{
	(void)fake;
	(void)type;
	(void)reply;
	/* Longer than two heartbeats. */
	if (atomic_exchange(&hangs, false))
		usleep(1000000);
	if (atomic_load(&fails))
		*size = 0;
}

static void must(struct fathom_error *error)
{
	if (error)
		errx(1, "%s", error->message);
}

static void *report_some(void *argument)
{
	unsigned int i;

	for (i = 0; i < EACH; i++)
		fathom_report(FATHOM_NOTICE, "test", "%s %u",
			      (const char *)argument, i);
	return NULL;
}

static void report_from_threads(void)
{
	static char names[THREADS][2] = {"a", "b", "c", "d"};
	pthread_t threads[THREADS];
	unsigned int i;

	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, report_some, names[i]))
			errx(1, "no thread");
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* With nobody to take them: what has no room is counted. */
static void report_too_many(void)
{
	unsigned int i;

	for (i = 0; i < 1500; i++)
		fathom_report(FATHOM_NOTICE, "test", "%u", i);
}

int main(int argc, char **argv)
{
	const char *how = argc == 2 ? argv[1] : "";

	must(report_prepare());
	machine_set_up(NULL);
	machine_fake.spoil = spoil;
	must(report_start(fathom_default));
	if (!strcmp(how, "incidents")) {
		fathom_incident_raise(FATHOM_INCIDENT_UNAUTHENTIC,
				      "a reply was altered");
		fathom_incident_raise(FATHOM_INCIDENT_LOST, "hung up");
		fathom_incident_raise(FATHOM_INCIDENT_RECOVERED, "back");
	} else if (!strcmp(how, "fails")) {
		usleep(300000);
		atomic_store(&fails, true);
		usleep(600000);
		atomic_store(&fails, false);
		usleep(600000);
	} else if (!strcmp(how, "hangs")) {
		usleep(300000);
		atomic_store(&hangs, true);
		usleep(1800000);
	} else if (!strcmp(how, "threads")) {
		report_from_threads();
	} else if (!strcmp(how, "too-many")) {
		report_too_many();
		fputs("all is said\n", stderr);
	} else {
		errx(2, "how?");
	}
	return 0;
}
