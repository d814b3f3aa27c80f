/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* One IDS and its alarms: see ids.h. */
#include "ids.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include <fathom/incident.h>
#include <fathom/report.h>
#include <fathom/target.h>

/* Without an answer for so long, there is nobody at the other end. */
#define DEAD_INTERVALS 4
#define DEAD_MS	       5000

/* What a required IDS has to come, or to come back. */
#define MISSING_INTERVALS 3

/* Between two alarms that somebody can cause at will. */
#define LIMIT_MS 1000

static const struct {
	const char *name;
	const char *over; /* the action when it is right again */
	unsigned int severity;
} alarms[WATCH_ALARMS] = {
	[WATCH_LATE] = {"heartbeat-late", "heartbeat-back", FATHOM_ALERT},
	[WATCH_WRONG] = {"heartbeat-wrong", "heartbeat-right", FATHOM_ALERT},
	[WATCH_REPLAYED] = {"heartbeat-replayed", "heartbeat-fresh",
			    FATHOM_ALERT},
	[WATCH_AGENT_SILENT] = {"agent-silent", "agent-back", FATHOM_ALERT},
	[WATCH_AGENT_FAILED] = {"agent-failed", "agent-works", FATHOM_ALERT},
	[WATCH_SESSION_LOST] = {"session-lost", "session-back", FATHOM_ALERT},
	[WATCH_NOT_STARTED] = {"session-not-started", "session-started",
			       FATHOM_ALERT},
	[WATCH_DIGEST] = {"program-changed", "program-authorized",
			  FATHOM_CRITICAL},
	[WATCH_VANISHED] = {"ids-vanished", "ids-back", FATHOM_ALERT},
	[WATCH_MISSING] = {"ids-missing", "ids-there", FATHOM_ALERT},
};

const char *watch_alarm_name(enum watch_alarm alarm)
{
	return alarms[alarm].name;
}

static void tell(struct watch_ids *ids, const char *action, bool alert,
		 unsigned int severity, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
static void tell(struct watch_ids *ids, const char *action, bool alert,
		 unsigned int severity, const char *format, ...)
{
	struct watch_notice notice = {
		.action = action,
		.alert = alert,
		.severity = severity,
	};
	va_list args;

	va_start(args, format);
	vsnprintf(notice.message, sizeof(notice.message), format, args);
	va_end(args);
	ids->alarms += alert;
	ids->tell(ids->context, ids, &notice);
}

static const struct {
	const char *name;
	unsigned int severity;
} limited[WATCH_LIMITED] = {
	[WATCH_ATTACKED] = {"session-attacked", FATHOM_ALERT},
	[WATCH_NONSENSE] = {"message-wrong", FATHOM_ERROR},
};

static void tell_limited(struct watch_ids *ids, enum watch_limited what,
			 const char *text, uint64_t now)
{
	struct watch_limit *limit = &ids->limits[what];
	char more[48] = "";

	if (limit->told && now - limit->told_at < LIMIT_MS) {
		limit->left_out++;
		return;
	}
	if (limit->left_out)
		snprintf(more, sizeof(more), " (and %" PRIu64 " more before)",
			 limit->left_out);
	*limit = (struct watch_limit){.told = true, .told_at = now};
	tell(ids, limited[what].name, true, limited[what].severity, "%s: %s%s",
	     ids->name, text, more);
}

static bool stands(const struct watch_ids *ids, enum watch_alarm alarm)
{
	return ids->standing & 1u << alarm;
}

/* Once, until it is lowered. */
#define raise_alarm(ids, alarm, ...)                               \
	do {                                                       \
		if (!stands(ids, alarm)) {                         \
			(ids)->standing |= 1u << (alarm);          \
			tell(ids, alarms[alarm].name, true,        \
			     alarms[alarm].severity, __VA_ARGS__); \
		}                                                  \
	} while (0)

static void lower_alarm(struct watch_ids *ids, enum watch_alarm alarm)
{
	if (!stands(ids, alarm))
		return;
	ids->standing &= ~(1u << alarm);
	tell(ids, alarms[alarm].over, false, FATHOM_NOTICE, "%s: %s is over",
	     ids->name, alarms[alarm].name);
}

static uint64_t grace(const struct watch_ids *ids)
{
	if (ids->interval_ms)
		return ids->interval_ms;
	return ids->required_interval_ms ? ids->required_interval_ms
					 : REPORT_DEFAULT_INTERVAL_MS;
}

static void set_presence(struct watch_ids *ids, enum watch_presence presence,
			 uint64_t now)
{
	ids->presence = presence;
	ids->since = now;
	ids->challenged = false;
}

void watch_ids_start(struct watch_ids *ids, uint64_t now)
{
	set_presence(ids, WATCH_NEVER, now);
}

void watch_ids_expect(struct watch_ids *ids, uint64_t now)
{
	set_presence(ids, WATCH_GONE, now);
}

static void check_digest(struct watch_ids *ids, const char *digest)
{
	if (!ids->digest[0] || !strcmp(ids->digest, digest))
		lower_alarm(ids, WATCH_DIGEST);
	else
		raise_alarm(
			ids, WATCH_DIGEST,
			"%s: runs a program with SHA-256 %s, which is not the authorized one",
			ids->name, digest[0] ? digest : "unknown");
}

void watch_ids_change(struct watch_ids *ids, const struct watch_ids *said,
		      uint64_t now)
{
	bool away = ids->presence == WATCH_NEVER ||
		    ids->presence == WATCH_ENDED;

	/* It has as much time to come as when the watcher is started. */
	if (said->required && !ids->required && away)
		ids->since = now;
	memcpy(ids->name, said->name, sizeof(ids->name));
	memcpy(ids->digest, said->digest, sizeof(ids->digest));
	ids->required_interval_ms = said->required_interval_ms;
	ids->required = said->required;
	if (!ids->required)
		lower_alarm(ids, WATCH_MISSING);
	if (ids->presence == WATCH_CONNECTED)
		check_digest(ids, ids->has_beat ? ids->beat.digest
						: ids->origin.digest);
}

/* Another process of the same IDS. */
static void start_run(struct watch_ids *ids, const struct report_origin *origin)
{
	if (ids->presence == WATCH_CONNECTED || ids->presence == WATCH_GONE)
		tell(ids, "ids-restarted", true, FATHOM_WARNING,
		     "%s: has been started again (%s, process %" PRIu64
		     "), and the process before has not said goodbye",
		     ids->name, origin->name, origin->pid);
	ids->has_beat = false;
	ids->counted = false;
	ids->received = 0;
	ids->acknowledged = 0;
	memset(&ids->beat, 0, sizeof(ids->beat));
	/* It was the session of the process before. */
	ids->standing &= ~(1u << WATCH_SESSION_LOST);
}

void watch_ids_hello(struct watch_ids *ids, const struct report_origin *origin,
		     uint64_t interval_ms, uint64_t now)
{
	bool again = !strcmp(ids->origin.run, origin->run);

	if (!again)
		start_run(ids, origin);
	ids->origin = *origin;
	ids->interval_ms = ids->required_interval_ms ? ids->required_interval_ms
						     : interval_ms;
	set_presence(ids, WATCH_CONNECTED, now);
	tell(ids, again ? "ids-reconnected" : "ids-connected", false,
	     FATHOM_INFORMATION,
	     "%s: %s, process %" PRIu64 " on %s, looks at %s", ids->name,
	     origin->name, origin->pid, origin->hostname, origin->target);
	lower_alarm(ids, WATCH_VANISHED);
	lower_alarm(ids, WATCH_MISSING);
	check_digest(ids, origin->digest);
}

bool watch_ids_challenge_due(const struct watch_ids *ids, uint64_t now)
{
	if (ids->presence != WATCH_CONNECTED || ids->challenged)
		return false;
	/* The first one at once. */
	return ids->challenged_at < ids->since ||
	       now - ids->challenged_at >= ids->interval_ms;
}

void watch_ids_challenged(struct watch_ids *ids,
			  const uint8_t challenge[REPORT_CHALLENGE_SIZE],
			  uint64_t now)
{
	ids->challenged = true;
	ids->challenged_at = now;
	ids->number++;
	memcpy(ids->challenge, challenge, REPORT_CHALLENGE_SIZE);
}

static bool same(const uint8_t *a, const uint8_t *b)
{
	return !CRYPTO_memcmp(a, b, REPORT_CHALLENGE_SIZE);
}

static bool refuse_beat(struct watch_ids *ids,
			const struct report_message *beat)
{
	if (beat->number < ids->number || same(beat->proof, ids->last_proof) ||
	    (beat->number == ids->number && !ids->challenged))
		raise_alarm(ids, WATCH_REPLAYED,
			    "%s: a heartbeat was replayed (number %" PRIu64
			    ", of %" PRIu64 ")",
			    ids->name, beat->number, ids->number);
	else
		raise_alarm(
			ids, WATCH_WRONG,
			"%s: a heartbeat answers no challenge of ours (number %" PRIu64
			", of %" PRIu64 ")",
			ids->name, beat->number, ids->number);
	return false;
}

static void check_agent(struct watch_ids *ids, const struct report_beat *beat)
{
	bool stuck = ids->has_beat && beat->answered <= ids->beat.answered;

	if (beat->agent == REPORT_AGENT_FAILED)
		raise_alarm(ids, WATCH_AGENT_FAILED, "%s: the agent fails: %s",
			    ids->name, beat->reason);
	else if (beat->agent == REPORT_AGENT_SILENT || stuck)
		raise_alarm(
			ids, WATCH_AGENT_SILENT,
			"%s: the agent has not answered since the last heartbeat (calls answered: %" PRIu64
			")",
			ids->name, beat->answered);
	else {
		lower_alarm(ids, WATCH_AGENT_FAILED);
		lower_alarm(ids, WATCH_AGENT_SILENT);
		lower_alarm(ids, WATCH_NOT_STARTED);
	}
}

static void check_dropped(struct watch_ids *ids, const struct report_beat *beat)
{
	uint64_t before = ids->has_beat ? ids->beat.dropped : 0;

	if (beat->dropped > before)
		tell(ids, "findings-dropped", true, FATHOM_ERROR,
		     "%s: %" PRIu64
		     " findings were too many for its queue, and are lost",
		     ids->name, beat->dropped - before);
}

bool watch_ids_beat(struct watch_ids *ids, const struct report_message *beat,
		    const uint8_t proof[REPORT_CHALLENGE_SIZE], uint64_t now)
{
	if (!ids->challenged || beat->number != ids->number ||
	    !same(beat->proof, proof))
		return refuse_beat(ids, beat);
	ids->challenged = false;
	memcpy(ids->last_proof, proof, REPORT_CHALLENGE_SIZE);
	lower_alarm(ids, WATCH_LATE);
	lower_alarm(ids, WATCH_WRONG);
	lower_alarm(ids, WATCH_REPLAYED);
	check_digest(ids, beat->beat.digest);
	check_agent(ids, &beat->beat);
	check_dropped(ids, &beat->beat);
	ids->beat = beat->beat;
	ids->has_beat = true;
	ids->beat_at = now;
	ids->beats++;
	return true;
}

static bool is_incident(const struct report_finding *incident,
			enum fathom_incident kind)
{
	return !strcmp(incident->rule + strlen("session."),
		       fathom_incident_name(kind));
}

void watch_ids_incident(struct watch_ids *ids,
			const struct report_finding *incident, uint64_t now)
{
	if (strncmp(incident->rule, "session.", strlen("session.")) != 0)
		return;
	if (is_incident(incident, FATHOM_INCIDENT_RECOVERED))
		lower_alarm(ids, WATCH_SESSION_LOST);
	else if (is_incident(incident, FATHOM_INCIDENT_NOT_STARTED))
		raise_alarm(ids, WATCH_NOT_STARTED, "%s: could not begin: %s",
			    ids->name, incident->message);
	else if (is_incident(incident, FATHOM_INCIDENT_UNAUTHENTIC) ||
		 is_incident(incident, FATHOM_INCIDENT_SURPLUS))
		tell_limited(ids, WATCH_ATTACKED, incident->message, now);
	else
		raise_alarm(ids, WATCH_SESSION_LOST, "%s: %s", ids->name,
			    incident->message);
}

void watch_ids_nonsense(struct watch_ids *ids, const char *what, uint64_t now)
{
	tell_limited(ids, WATCH_NONSENSE, what, now);
}

/* Statuses by which libfathom ends a program. */
static bool is_failure(uint64_t status)
{
	return status >= FATHOM_EXIT_REPORT && status <= FATHOM_EXIT_USAGE;
}

void watch_ids_goodbye(struct watch_ids *ids, uint64_t status, uint64_t now)
{
	set_presence(ids, WATCH_ENDED, now);
	/* One that ends before its first heartbeat had its target as well. */
	if (!is_failure(status))
		lower_alarm(ids, WATCH_NOT_STARTED);
	if (is_failure(status))
		tell(ids, "ids-failed", true, FATHOM_ALERT,
		     "%s: %s had to end, with status %" PRIu64, ids->name,
		     ids->origin.name, status);
	else
		tell(ids, "ids-ended", false, FATHOM_INFORMATION,
		     "%s: %s has ended, with status %" PRIu64, ids->name,
		     ids->origin.name, status);
}

void watch_ids_gone(struct watch_ids *ids, uint64_t now)
{
	if (ids->presence == WATCH_CONNECTED)
		set_presence(ids, WATCH_GONE, now);
}

void watch_ids_committed(struct watch_ids *ids, bool written)
{
	if (written)
		ids->acknowledged = ids->received;
	else
		ids->received = ids->acknowledged;
}

static bool tick_connected(struct watch_ids *ids, uint64_t waited)
{
	if (!ids->challenged || waited <= ids->interval_ms)
		return true;
	raise_alarm(ids, WATCH_LATE,
		    "%s: no heartbeat for %" PRIu64 ".%" PRIu64
		    " s; one was due every %" PRIu64 ".%" PRIu64 " s",
		    ids->name, waited / 1000, waited / 100 % 10,
		    ids->interval_ms / 1000, ids->interval_ms / 100 % 10);
	return waited <= DEAD_INTERVALS * ids->interval_ms + DEAD_MS;
}

bool watch_ids_tick(struct watch_ids *ids, uint64_t now)
{
	uint64_t passed = now - ids->since;

	if (ids->presence == WATCH_CONNECTED)
		return tick_connected(ids, now - ids->challenged_at);
	if (ids->presence == WATCH_GONE && passed >= grace(ids))
		raise_alarm(ids, WATCH_VANISHED,
			    "%s: is gone, and has not said goodbye", ids->name);
	if (ids->required && ids->presence != WATCH_GONE &&
	    passed >= MISSING_INTERVALS * grace(ids))
		raise_alarm(ids, WATCH_MISSING, "%s: must be there, and is not",
			    ids->name);
	return true;
}

enum watch_order watch_ids_finding(struct watch_ids *ids, uint64_t number)
{
	/* The log of the time before is not there: begin anywhere. */
	if (!ids->counted) {
		ids->counted = true;
		ids->received = number - 1;
		ids->acknowledged = number - 1;
	}
	if (number <= ids->received)
		return WATCH_AGAIN;
	if (number != ids->received + 1)
		return WATCH_NO_ORDER;
	ids->received = number;
	return WATCH_NEXT;
}
