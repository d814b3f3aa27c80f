/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Events: see event.h. */
#include "event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <fathom/report.h>

#include "key_file.h"

/* Of the lines that carry what is known into a new file. */
#define WATCH_CARRIED "ids-carried"

/* Who it was, by the watcher's own knowledge. */
static bool set_ids(json_t *event, const struct watch_ids *ids)
{
	json_t *fathom = json_object_get(event, "fathom");
	char key[FATHOM_KEY_TEXT_LENGTH + 1];

	fathom_key_encode(ids->key, key);
	return !json_object_set_new(
		fathom, "watch",
		json_pack("{s:s, s:s}", "ids", ids->name, "key", key));
}

/* Which of its processes it was; none if it has never been there. */
static bool set_run(json_t *event, const struct watch_ids *ids)
{
	json_t *fathom = json_object_get(event, "fathom");

	return !ids->origin.run[0] ||
	       !json_object_set_new(fathom, "ids",
				    json_pack("{s:s, s:s}", "name",
					      ids->origin.name, "run",
					      ids->origin.run));
}

json_t *watch_event_finding(const struct watch_ids *ids, uint64_t number,
			    const struct report_finding *finding)
{
	json_t *event = report_finding_event(&ids->origin, finding);
	json_t *about = json_object_get(event, "event");
	char time[32];

	report_time_text(time, report_now());
	if (event && set_ids(event, ids) &&
	    !json_object_set_new(about, "ingested", json_string(time)) &&
	    !json_object_set_new(about, "sequence",
				 json_integer((json_int_t)number)) &&
	    !json_object_set_new(
		    about, "id",
		    json_sprintf("%s-%" PRIu64, ids->origin.run, number)))
		return event;
	json_decref(event);
	return NULL;
}

json_t *watch_event_notice(const struct watch_ids *ids,
			   const struct watch_notice *notice)
{
	char time[32];
	json_t *event;

	report_time_text(time, report_now());
	event = json_pack(
		"{s:s, s:s, s:{s:s}, s:{s:s}, s:{s:s, s:s, s:[s], s:[s], s:s, s:s, s:i}, s:{s:s, s:s, s:s}, s:{}}",
		"@timestamp", time, "message", notice->message,		/**/
		"ecs", "version", "8.11.0",				/**/
		"log", "level", report_severity_name(notice->severity), /**/
		"event", "kind", notice->alert ? "alert" : "event", "action",
		notice->action, "category", "intrusion_detection", "type",
		"info", "dataset", "fathom.watch", "provider", "fathom",
		"severity", (int)notice->severity, /**/
		"rule", "id", notice->action, "name", notice->action, "ruleset",
		"fathom watch", /**/
		"fathom");
	if (event && ids && !(set_run(event, ids) && set_ids(event, ids))) {
		json_decref(event);
		return NULL;
	}
	return event;
}

json_t *watch_event_carried(const struct watch_ids *ids)
{
	struct watch_notice notice = {
		.action = WATCH_CARRIED,
		.severity = FATHOM_DEBUG,
	};
	bool there = ids->presence == WATCH_CONNECTED ||
		     ids->presence == WATCH_GONE;
	json_t *event;
	json_t *watch;

	snprintf(notice.message, sizeof(notice.message),
		 "%s: what the log has said so far", ids->name);
	event = watch_event_notice(ids, &notice);
	watch = json_object_get(json_object_get(event, "fathom"), "watch");
	if (!json_object_set_new(watch, "there", json_boolean(there)) &&
	    !json_object_set_new(watch, "findings",
				 json_integer((json_int_t)ids->findings)) &&
	    (!ids->acknowledged ||
	     !json_object_set_new(json_object_get(event, "event"), "sequence",
				  json_integer((json_int_t)ids->acknowledged))))
		return event;
	json_decref(event);
	return NULL;
}

static void recall_finding(struct watch_ids *ids, const char *run,
			   uint64_t number)
{
	if (strcmp(ids->origin.run, run) != 0)
		snprintf(ids->origin.run, sizeof(ids->origin.run), "%s", run);
	ids->counted = true;
	ids->received = number;
	ids->acknowledged = number;
	ids->findings++;
}

/* What the files before say. */
static void recall_carried(struct watch_ids *ids, const json_t *event,
			   const char *run, uint64_t number)
{
	json_int_t findings = 0;
	int there = 0;

	if (json_unpack((json_t *)event, "{s:{s:{s:b, s:I}}}", "fathom",
			"watch", "there", &there, "findings", &findings))
		return;
	if (number)
		recall_finding(ids, run, number);
	else
		snprintf(ids->origin.run, sizeof(ids->origin.run), "%s", run);
	ids->presence = there ? WATCH_GONE : WATCH_ENDED;
	ids->findings = (uint64_t)findings;
}

/* Whether the last process was there when the log ends. */
static void recall_notice(struct watch_ids *ids, const char *run,
			  const char *action)
{
	bool came = !strcmp(action, "ids-connected") ||
		    !strcmp(action, "ids-reconnected");
	bool went = !strcmp(action, "ids-ended") ||
		    !strcmp(action, "ids-failed");

	if (came && strcmp(ids->origin.run, run) != 0) {
		snprintf(ids->origin.run, sizeof(ids->origin.run), "%s", run);
		ids->counted = false;
		ids->received = 0;
		ids->acknowledged = 0;
	}
	if (came)
		ids->presence = WATCH_GONE;
	else if (went)
		ids->presence = WATCH_ENDED;
}

void watch_event_recall(void *context, const json_t *event)
{
	const struct watch_authorized *authorized = context;
	uint8_t key[FATHOM_KEY_SIZE];
	const char *dataset;
	const char *action = "";
	const char *text;
	const char *run;
	json_int_t number = 0;
	struct watch_ids *ids;

	if (json_unpack((json_t *)event,
			"{s:{s:s, s?s, s?I}, s:{s:{s:s}, s:{s:s}}}", "event",
			"dataset", &dataset, "action", &action, "sequence",
			&number, "fathom", "watch", "key", &text, "ids", "run",
			&run) ||
	    !fathom_key_decode(text, strlen(text), key))
		return;
	ids = watch_authorized_find(authorized, key);
	if (!ids)
		return;
	if (!strcmp(action, WATCH_CARRIED))
		recall_carried(ids, event, run,
			       number > 0 ? (uint64_t)number : 0);
	else if (!strcmp(dataset, "fathom.watch"))
		recall_notice(ids, run, action);
	else if (number > 0)
		recall_finding(ids, run, (uint64_t)number);
}
