/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Incidents as findings: see report_incident.h. */
#include "report_incident.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <fathom/report.h>

#include "report_text.h"

static unsigned int severity_of(enum fathom_incident kind)
{
	switch (kind) {
	case FATHOM_INCIDENT_UNAUTHENTIC:
	case FATHOM_INCIDENT_SURPLUS:
	case FATHOM_INCIDENT_NOT_STARTED:
		return FATHOM_ALERT;
	case FATHOM_INCIDENT_RECOVERED:
		return FATHOM_NOTICE;
	default:
		return FATHOM_WARNING;
	}
}

/* Recoveries are as many as losses that were told. */
static bool is_told(struct report_incidents *incidents,
		    enum fathom_incident kind, uint64_t now)
{
	uint64_t last = incidents->told[kind];

	if (kind == FATHOM_INCIDENT_RECOVERED) {
		bool lost = incidents->lost;

		incidents->lost = false;
		return lost;
	}
	/* A clock that was set back must not silence us. */
	if (last && now >= last && now - last < REPORT_INCIDENT_PAUSE) {
		incidents->silent[kind]++;
		return false;
	}
	incidents->told[kind] = now;
	if (kind == FATHOM_INCIDENT_LOST || kind == FATHOM_INCIDENT_SILENT ||
	    kind == FATHOM_INCIDENT_TIMEOUT)
		incidents->lost = true;
	return true;
}

static void add_count(struct report_finding *finding, uint64_t count)
{
	struct report_field *field = &finding->fields[0];

	if (!count)
		return;
	finding->field_count = 1;
	snprintf(field->name, sizeof(field->name), "more_of_them");
	field->is_number = true;
	field->number = (int64_t)count;
}

bool report_incident(struct report_incidents *incidents,
		     enum fathom_incident kind, const char *message,
		     uint64_t now, struct report_finding *ret)
{
	if (kind < FATHOM_INCIDENT_UNAUTHENTIC ||
	    kind >= REPORT_INCIDENT_KINDS || !is_told(incidents, kind, now))
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->time = now;
	ret->kind = REPORT_INCIDENT;
	ret->severity = severity_of(kind);
	snprintf(ret->rule, sizeof(ret->rule), "session.%s",
		 fathom_incident_name(kind));
	report_text_clean(ret->message, sizeof(ret->message), message,
			  strlen(message));
	add_count(ret, incidents->silent[kind]);
	incidents->silent[kind] = 0;
	return true;
}
