/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Agent calls for heartbeats: see report_pulse.h. */
#include "report_pulse.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "raise.h"
#include "report_text.h"
#include "report_thread.h"
#include "target_state.h"

struct report_pulse {
	struct fathom_target *target;
	int wake;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t asked;
	uint64_t wanted;	  /* calls asked for */
	uint64_t served;	  /* the last of them that is answered */
	struct report_beat known; /* by the last call that is back */
};

static void note(struct report_beat *beat, struct fathom_target *target,
		 struct fathom_error *error)
{
	struct fathom_statistics all;

	beat->agent = error ? REPORT_AGENT_FAILED : REPORT_AGENT_ANSWERED;
	beat->reason[0] = '\0';
	if (error)
		report_text_clean(beat->reason, sizeof(beat->reason),
				  error->message, strlen(error->message));
	fathom_target_statistics(target, &all);
	beat->answered = fathom_client_answered(target->client);
	beat->calls = all.agent_calls;
	beat->pages = all.pages_fetched;
	beat->bytes = all.bytes_fetched;
	beat->epochs = all.epochs;
	beat->slow_paths = all.slow_paths;
	beat->faults = fathom_fault_count();
}

static void poke(int fd)
{
	const uint64_t one = 1;

	/* If it is full, it wakes as well. */
	(void)!write(fd, &one, sizeof(one));
}

static void *run(void *argument)
{
	struct report_pulse *pulse = argument;
	struct report_beat beat = {0};
	struct fathom_error *error;
	uint64_t ticket;

	for (;;) {
		pthread_mutex_lock(&pulse->lock);
		while (pulse->served == pulse->wanted)
			pthread_cond_wait(&pulse->asked, &pulse->lock);
		ticket = pulse->wanted;
		pthread_mutex_unlock(&pulse->lock);
		error = fathom_client_reach(pulse->target->client);
		note(&beat, pulse->target, error);
		fathom_error_destroy(error);
		pthread_mutex_lock(&pulse->lock);
		pulse->known = beat;
		pulse->served = ticket;
		pthread_mutex_unlock(&pulse->lock);
		poke(pulse->wake);
	}
	return NULL;
}

struct report_pulse *report_pulse_start(struct fathom_target *target, int wake)
{
	struct report_pulse *pulse = calloc(1, sizeof(*pulse));

	if (!pulse)
		return NULL;
	pulse->target = target;
	pulse->wake = wake;
	pthread_mutex_init(&pulse->lock, NULL);
	pthread_cond_init(&pulse->asked, NULL);
	if (report_thread_start(run, pulse))
		return pulse;
	free(pulse);
	return NULL;
}

void report_pulse_ask(struct report_pulse *pulse)
{
	pthread_mutex_lock(&pulse->lock);
	pulse->wanted++;
	pthread_cond_signal(&pulse->asked);
	pthread_mutex_unlock(&pulse->lock);
}

bool report_pulse_take(struct report_pulse *pulse, struct report_beat *beat)
{
	bool back;

	pthread_mutex_lock(&pulse->lock);
	*beat = pulse->known;
	back = pulse->served == pulse->wanted;
	pthread_mutex_unlock(&pulse->lock);
	if (!back) {
		beat->agent = REPORT_AGENT_SILENT;
		beat->reason[0] = '\0';
	}
	return back;
}
