/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Settings of reporting, and its end: see report_start.h. */
#include "report_start.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include <fathom/incident.h>
#include <fathom/seconds.h>
#include <fathom/target.h>

#include "key_file.h"
#include "platform.h"
#include "report_digest.h"
#include "report_hex.h"
#include "report_incident.h"
#include "report_link.h"
#include "report_message.h"
#include "report_text.h"
#include "report_tls.h"
#include "target_state.h"

#define SCHEME "tls:"

static struct report_origin origin;
static struct report_link *link_to_watcher; /* NULL: findings are printed */
static bool started;			    /* the link's thread */
static bool json;

static const char *setting(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static struct fathom_error *interval(uint64_t *ms)
{
	const char *text = setting("FATHOM_HEARTBEAT");
	uint32_t wanted;

	*ms = REPORT_DEFAULT_INTERVAL_MS;
	if (!text)
		return NULL;
	if (!fathom_seconds_parse(text, &wanted) ||
	    wanted < REPORT_SHORTEST_INTERVAL_MS ||
	    wanted > REPORT_LONGEST_INTERVAL_MS)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"FATHOM_HEARTBEAT=%s: not a number of seconds from 0.05 to 3600",
			text);
	*ms = wanted;
	return NULL;
}

static struct fathom_error *prepare_link(const char *uri)
{
	struct report_link_settings settings = {0};
	struct fathom_error *error;

	if (strncmp(uri, SCHEME, strlen(SCHEME)) != 0)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"FATHOM_REPORT=%s: not " SCHEME "HOST:PORT", uri);
	settings.address = uri + strlen(SCHEME);
	error = interval(&settings.interval_ms);
	if (!error)
		error = fathom_key_file_find(setting("FATHOM_REPORT_KEY"),
					     REPORT_KEY_FILE, true,
					     settings.key);
	if (!error)
		error = fathom_key_file_find(setting("FATHOM_WATCH_KEY"),
					     REPORT_WATCH_PUB_FILE, false,
					     settings.watcher);
	if (!error)
		error = report_link_create(&settings, &link_to_watcher);
	OPENSSL_cleanse(settings.key, sizeof(settings.key));
	return error;
}

static void clean(char *to, size_t size, const char *from)
{
	report_text_clean(to, size, from, strlen(from));
}

static struct fathom_error *describe_process(void)
{
	uint8_t run[REPORT_RUN_TEXT_SIZE / 2];
	char hostname[256] = "";

	gethostname(hostname, sizeof(hostname) - 1);
	clean(origin.hostname, sizeof(origin.hostname), hostname);
	origin.pid = (uint64_t)getpid();
	if (!fathom_platform_random(run, sizeof(run)))
		return fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
					   "no random numbers");
	report_hex_encode(origin.run, run, sizeof(run));
	return report_digest_file("/proc/self/exe", origin.digest);
}

/* The threads are the parent's: what a child finds is printed. */
static void forget_link(void)
{
	link_to_watcher = NULL;
}

static void finish(int status, void *context)
{
	int better = report_end(status);

	(void)context;
	if (better == status)
		return;
	fflush(NULL);
	_exit(better);
}

/* One call at a time, by whichever thread talks to the agent. */
static void tell_incident(void *context, enum fathom_incident kind,
			  const char *message)
{
	static struct report_incidents incidents;
	struct report_finding finding;

	(void)context;
	/* What stands on standard error anyway is enough for others. */
	if ((link_to_watcher || json) &&
	    report_incident(&incidents, kind, message, report_now(), &finding))
		report_send(&finding);
}

struct fathom_error *report_prepare(void)
{
	const char *uri = setting("FATHOM_REPORT");
	const char *as_json = setting("FATHOM_JSON");
	struct fathom_error *error = NULL;

	json = as_json && strcmp(as_json, "0") != 0;
	report_text_word(origin.name, sizeof(origin.name),
			 program_invocation_short_name, "_-.+");
	/*
	 * When the process ends, the link's thread is still there: OpenSSL must
	 * not take itself away under its feet.
	 */
	if (uri)
		OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
	if (uri || json)
		error = describe_process();
	if (!error && uri)
		error = prepare_link(uri);
	if (!error && (uri || json))
		fathom_incident_observe(tell_incident, NULL);
	return error ? fathom_error_prefix(error, "reports") : NULL;
}

bool report_goes_to_watcher(void)
{
	return link_to_watcher;
}

/* @target: NULL if there is none. */
static struct fathom_error *start_link(struct fathom_target *target)
{
	struct fathom_error *error;

	if (!link_to_watcher)
		return NULL;
	error = report_link_start(link_to_watcher, &origin, target);
	started = !error;
	return error;
}

void report_not_started(const char *uri, const struct fathom_error *reason)
{
	clean(origin.target, sizeof(origin.target), uri);
	fathom_incident_raise(FATHOM_INCIDENT_NOT_STARTED, "%s",
			      reason->message);
	/* The reason at hand is the better one to end with. */
	fathom_error_destroy(start_link(NULL));
}

struct fathom_error *report_start(struct fathom_target *target)
{
	struct fathom_error *error;

	clean(origin.target, sizeof(origin.target), target->uri);
	if (target->info.release)
		clean(origin.kernel, sizeof(origin.kernel),
		      target->info.release);
	error = start_link(target);
	if (error || !started)
		return error;
	pthread_atfork(NULL, NULL, forget_link);
	on_exit(finish, NULL);
	return NULL;
}

static void print_json(const struct report_finding *finding)
{
	json_t *event = report_finding_event(&origin, finding);
	char *line = event ? json_dumps(event, JSON_COMPACT) : NULL;

	json_decref(event);
	if (line)
		puts(line);
	free(line);
}

void report_send(const struct report_finding *finding)
{
	if (link_to_watcher)
		report_link_send(link_to_watcher, finding);
	else if (json)
		print_json(finding);
	else
		report_finding_print(stdout, finding);
}

/* What libfathom ends a program with says enough went wrong. */
static bool is_ours(int status)
{
	return status >= FATHOM_EXIT_CRASH && status <= FATHOM_EXIT_USAGE;
}

int report_end(int status)
{
	static atomic_flag ended = ATOMIC_FLAG_INIT;
	uint64_t lost;

	if (!link_to_watcher || !started || atomic_flag_test_and_set(&ended))
		return status;
	lost = report_link_finish(link_to_watcher, status);
	if (!lost)
		return status;
	fprintf(stderr,
		"%s: fathom: %" PRIu64
		" finding%s could not be delivered to the watcher\n",
		program_invocation_short_name, lost, lost == 1 ? "" : "s");
	return is_ours(status) ? status : FATHOM_EXIT_REPORT;
}
