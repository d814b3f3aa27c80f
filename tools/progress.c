/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See progress.h.
 *
 * A thread, because what takes long is one call into libfathom.
 */
#include "progress.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"

#define DELAY_SECONDS 2

struct progress {
	const char *text;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool end;
};

static void *show(void *argument)
{
	struct progress *progress = argument;
	struct timespec until;
	unsigned int seconds = DELAY_SECONDS;
	bool shown = false;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += DELAY_SECONDS;
	pthread_mutex_lock(&progress->lock);
	while (!progress->end) {
		if (!pthread_cond_clockwait(&progress->ended, &progress->lock,
					    CLOCK_MONOTONIC, &until))
			continue;
		fprintf(stderr, "\r%s: %u s\033[K", progress->text, seconds++);
		shown = true;
		until.tv_sec++;
	}
	pthread_mutex_unlock(&progress->lock);
	if (shown)
		fputs("\r\033[K", stderr);
	return NULL;
}

struct progress *progress_begin(const char *text)
{
	struct progress *progress;

	if (!isatty(STDERR_FILENO))
		return NULL;
	progress = xreallocarray(NULL, 1, sizeof(*progress));
	*progress = (struct progress){
		.text = text,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.ended = PTHREAD_COND_INITIALIZER,
	};
	if (pthread_create(&progress->thread, NULL, show, progress)) {
		free(progress);
		return NULL;
	}
	return progress;
}

void progress_end(struct progress *progress)
{
	if (!progress)
		return;
	pthread_mutex_lock(&progress->lock);
	progress->end = true;
	pthread_cond_signal(&progress->ended);
	pthread_mutex_unlock(&progress->lock);
	pthread_join(progress->thread, NULL);
	free(progress);
}
