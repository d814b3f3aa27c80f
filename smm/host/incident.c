/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The one observer, and how it is told: see fathom/incident.h. */
#include <fathom/incident.h>

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* Longer ones are cut: paths and addresses in them are bounded by far less. */
#define MAX_MESSAGE 512

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static fathom_incident_observer observer;
static void *observer_context;

void fathom_incident_observe(fathom_incident_observer new_observer,
			     void *context)
{
	pthread_mutex_lock(&lock);
	observer = new_observer;
	observer_context = context;
	pthread_mutex_unlock(&lock);
}

void fathom_incident_raise(enum fathom_incident kind, const char *format, ...)
{
	char message[MAX_MESSAGE];
	int error = errno;
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	pthread_mutex_lock(&lock);
	if (observer)
		observer(observer_context, kind, message);
	pthread_mutex_unlock(&lock);
	errno = error;
}

const char *fathom_incident_name(enum fathom_incident kind)
{
	switch (kind) {
	case FATHOM_INCIDENT_UNAUTHENTIC:
		return "unauthentic";
	case FATHOM_INCIDENT_SILENT:
		return "silent";
	case FATHOM_INCIDENT_LOST:
		return "lost";
	case FATHOM_INCIDENT_TIMEOUT:
		return "timeout";
	case FATHOM_INCIDENT_SURPLUS:
		return "surplus";
	case FATHOM_INCIDENT_RECOVERED:
		return "recovered";
	case FATHOM_INCIDENT_NOT_STARTED:
		return "not-started";
	}
	return "unknown";
}
