/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What findings look like: see report_finding.h. */
#include "report_finding.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

const char *report_severity_name(unsigned int severity)
{
	static const char *const names[] = {
		"emergency", "alert",  "critical",	"error",
		"warning",   "notice", "informational", "debug",
	};

	return severity <= REPORT_LOWEST_SEVERITY ? names[severity] : "unknown";
}

uint64_t report_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void report_time_text(char text[32], uint64_t time)
{
	time_t seconds = (time_t)(time / 1000000);
	struct tm parts = {0};
	size_t length;

	gmtime_r(&seconds, &parts);
	length = strftime(text, 24, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text + length, 32 - length, ".%06uZ",
		 (unsigned int)(time % 1000000));
}

/*
 * Fields of ECS that say what a finding is about. All other names are labels,
 * so that no field of a program's can pose as what we say ourselves.
 */
static bool is_of_ecs(const char *name)
{
	static const char *const prefixes[] = {
		"process.", "user.",	    "file.",   "source.",
		"network.", "destination.", "threat.",
	};
	size_t i;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

/* The object @name of @object, made if it is not there. */
static json_t *object_in(json_t *object, const char *name)
{
	json_t *inner = json_object_get(object, name);

	if (inner)
		return json_is_object(inner) ? inner : NULL;
	inner = json_object();
	return json_object_set_new(object, name, inner) ? NULL : inner;
}

/* "process.parent.pid" goes into an object in an object. */
static void set_nested(json_t *event, const char *name, json_t *value)
{
	char part[REPORT_NAME_SIZE];
	json_t *object = event;
	const char *dot;

	while (object && (dot = strchr(name, '.'))) {
		snprintf(part, sizeof(part), "%.*s", (int)(dot - name), name);
		object = object_in(object, part);
		name = dot + 1;
	}
	/* A name twice, or one that is another's beginning: the first stays. */
	if (object && !json_object_get(object, name))
		json_object_set(object, name, value);
}

static void set_label(json_t *event, const char *name, json_t *value)
{
	char flat[REPORT_NAME_SIZE];
	json_t *labels = object_in(event, "labels");
	char *dot;

	/* The schema wants no objects in labels. */
	snprintf(flat, sizeof(flat), "%s", name);
	while ((dot = strchr(flat, '.')))
		*dot = '_';
	if (labels && !json_object_get(labels, flat))
		json_object_set(labels, flat, value);
}

static void add_field(json_t *event, const struct report_field *field)
{
	bool ecs = is_of_ecs(field->name);
	json_t *value;

	/* Labels are keywords, whatever they hold. */
	if (!field->is_number)
		value = json_string(field->text);
	else if (ecs)
		value = json_integer(field->number);
	else
		value = json_sprintf("%" PRId64, field->number);
	if (!value)
		return;
	if (ecs)
		set_nested(event, field->name, value);
	else
		set_label(event, field->name, value);
	json_decref(value);
}

static const char *dataset(enum report_kind kind)
{
	return kind == REPORT_INCIDENT ? "fathom.incident" : "fathom.finding";
}

static json_t *frame(const struct report_origin *origin,
		     const struct report_finding *finding)
{
	char time[32];

	report_time_text(time, finding->time);
	return json_pack(
		"{s:s, s:s, s:{s:s}, s:{s:s},"
		" s:{s:s, s:[s], s:[s], s:s, s:s, s:i}, s:{s:s, s:s, s:s},"
		" s:{s:{s:s, s:s*}}, s:{s:s, s:s, s:s, s:s},"
		" s:{s:s, s:{s:s, s:s*, s:s*, s:I}}}",
		"@timestamp", time, "message", finding->message,	 /**/
		"ecs", "version", "8.11.0",				 /**/
		"log", "level", report_severity_name(finding->severity), /**/
		"event", "kind", "alert", "category", "intrusion_detection",
		"type", "info", "dataset", dataset(finding->kind), "provider",
		"fathom", "severity", (int)finding->severity, /**/
		"rule", "id", finding->rule, "name", finding->rule, "ruleset",
		origin->name, /**/
		"host", "os", "type", "linux", "kernel",
		origin->kernel[0] ? origin->kernel : NULL, /**/
		"observer", "type", "ids", "product", "fathom", "name",
		origin->name, "hostname", origin->hostname, /**/
		"fathom", "target", origin->target, "ids", "name", origin->name,
		"sha256", origin->digest[0] ? origin->digest : NULL, "run",
		origin->run[0] ? origin->run : NULL, "pid",
		(json_int_t)origin->pid);
}

json_t *report_finding_event(const struct report_origin *origin,
			     const struct report_finding *finding)
{
	json_t *event = frame(origin, finding);
	unsigned int i;

	for (i = 0; event && i < finding->field_count; i++)
		add_field(event, &finding->fields[i]);
	return event;
}

void report_finding_print(FILE *to, const struct report_finding *finding)
{
	unsigned int i;

	flockfile(to);
	fprintf(to, "%s: %s: %s", report_severity_name(finding->severity),
		finding->rule, finding->message);
	for (i = 0; i < finding->field_count; i++) {
		const struct report_field *field = &finding->fields[i];

		fprintf(to, "%s%s=", i ? " " : " (", field->name);
		if (field->is_number)
			fprintf(to, "%" PRId64, field->number);
		else
			fputs(field->text, to);
	}
	fputs(i ? ")\n" : "\n", to);
	funlockfile(to);
}
