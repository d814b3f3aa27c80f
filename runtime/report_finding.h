/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A finding as libfathom and `fathom watch` keep it, and what they make of it:
 * a line of text, or an event in JSON by the names of the Elastic Common Schema
 * (ECS 8.11). All text in it is clean (report_text.h).
 */
#ifndef FATHOM_REPORT_FINDING_H
#define FATHOM_REPORT_FINDING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#define REPORT_NAME_SIZE    65 /* rules, names of fields; NUL included */
#define REPORT_MESSAGE_SIZE 1025
#define REPORT_VALUE_SIZE   257
#define REPORT_MAX_FIELDS   16
#define REPORT_DIGEST_SIZE  32
/* In hexadecimal digits. */
#define REPORT_DIGEST_TEXT_SIZE (2 * REPORT_DIGEST_SIZE + 1)
#define REPORT_RUN_TEXT_SIZE	33

#define REPORT_LOWEST_SEVERITY	7 /* FATHOM_DEBUG */

/* A number, or text. */
struct report_field {
	char name[REPORT_NAME_SIZE];
	bool is_number;
	int64_t number;
	char text[REPORT_VALUE_SIZE];
};

enum report_kind {
	REPORT_FINDING,	 /* the program's */
	REPORT_INCIDENT, /* libfathom's own: the session with the agent */
	REPORT_KINDS,
};

struct report_finding {
	uint64_t time; /* microseconds since 1970 */
	enum report_kind kind;
	unsigned int severity;
	char rule[REPORT_NAME_SIZE];
	char message[REPORT_MESSAGE_SIZE];
	unsigned int field_count;
	struct report_field fields[REPORT_MAX_FIELDS];
};

/** Who reports: one process of an IDS, and what it looks at. */
struct report_origin {
	char name[REPORT_NAME_SIZE];	      /* of the program */
	char digest[REPORT_DIGEST_TEXT_SIZE]; /* SHA-256 of it; "" if unknown */
	char run[REPORT_RUN_TEXT_SIZE];	      /* random, of this process */
	char hostname[REPORT_VALUE_SIZE];     /* where it runs */
	char target[REPORT_VALUE_SIZE];
	char kernel[REPORT_VALUE_SIZE]; /* release; "" if unknown */
	uint64_t pid;
};

/** "critical" and the like. */
const char *report_severity_name(unsigned int severity);

/** Microseconds since 1970. */
uint64_t report_now(void);

/** "2026-11-21T12:00:00.000000Z". */
void report_time_text(char text[32], uint64_t time);

/** @return NULL if memory is short. */
json_t *report_finding_event(const struct report_origin *origin,
			     const struct report_finding *finding);

/** "critical: rule: message (name=value ...)", and a newline. */
void report_finding_print(FILE *to, const struct report_finding *finding);

#endif /* FATHOM_REPORT_FINDING_H */
