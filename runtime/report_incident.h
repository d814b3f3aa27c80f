/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What happens between IDS and agent (<fathom/incident.h>), told to the
 * watcher in the way of findings. Whoever carries the messages can make any
 * number of incidents: of each kind, one a second is told, and the others are
 * counted.
 */
#ifndef FATHOM_REPORT_INCIDENT_H
#define FATHOM_REPORT_INCIDENT_H

#include <stdbool.h>
#include <stdint.h>

#include <fathom/incident.h>

#include "report_finding.h"

#define REPORT_INCIDENT_KINDS (FATHOM_INCIDENT_NOT_STARTED + 1)

/* Between two of a kind, microseconds. */
#define REPORT_INCIDENT_PAUSE 1000000

/** Zero-initialise. */
struct report_incidents {
	uint64_t told[REPORT_INCIDENT_KINDS];	/* when the last one was */
	uint64_t silent[REPORT_INCIDENT_KINDS]; /* that were not, since then */
	bool lost; /* a loss was told, and no recovery since */
};

/**
 * Make a finding of an incident; its rule is "session." and the kind's name.
 *
 * @param[in] now As report_now() has it.
 * @return Whether it is to be told.
 */
bool report_incident(struct report_incidents *incidents,
		     enum fathom_incident kind, const char *message,
		     uint64_t now, struct report_finding *ret);

#endif /* FATHOM_REPORT_INCIDENT_H */
