/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What an IDS and its watcher say to each other, inside of TLS: objects of
 * JSON, a line each.
 *
 * | from    | message     |                                                  |
 * |---------|-------------|--------------------------------------------------|
 * | IDS     | hello       | who it is, and what it looks at                  |
 * | watcher | welcome     | time between challenges; last finding it has     |
 * | watcher | challenge   | 32 random bytes, and their number                |
 * | IDS     | beat        | the answer: the proof, and how it is             |
 * | IDS     | finding     | in order of their numbers, without gaps          |
 * | watcher | acknowledge | all findings up to a number are written down     |
 * | IDS     | goodbye     | it ends, with this exit status                   |
 * | watcher | farewell    | has heard that                                   |
 */
#ifndef FATHOM_REPORT_MESSAGE_H
#define FATHOM_REPORT_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

#include "report_finding.h"

#define REPORT_VERSION 1

/* ALPN; another version of the protocol is another name. */
#define REPORT_PROTOCOL "fathom-report/1"

/** The longest line, its end included; the longest finding is shorter. */
#define REPORT_MAX_LINE		    16384u

#define REPORT_CHALLENGE_SIZE	    32

#define REPORT_SHORTEST_INTERVAL_MS 50
#define REPORT_LONGEST_INTERVAL_MS  3600000
#define REPORT_DEFAULT_INTERVAL_MS  10000

enum report_message_type {
	REPORT_HELLO,
	REPORT_WELCOME,
	REPORT_CHALLENGE,
	REPORT_BEAT,
	REPORT_FINDING_MESSAGE,
	REPORT_ACKNOWLEDGE,
	REPORT_GOODBYE,
	REPORT_FAREWELL,
	REPORT_MESSAGE_TYPES,
};

/** What came of the agent call between challenge and answer. */
enum report_agent {
	REPORT_AGENT_ANSWERED,
	REPORT_AGENT_SILENT, /* the call is not back yet */
	REPORT_AGENT_FAILED,
	REPORT_AGENT_STATES,
};

/** How an IDS is. */
struct report_beat {
	enum report_agent agent;
	char reason[REPORT_VALUE_SIZE]; /* why the agent failed */
	char digest[REPORT_DIGEST_TEXT_SIZE];
	uint64_t answered; /* agent calls that came back, ever */
	uint64_t calls;
	uint64_t pages;
	uint64_t bytes;
	uint64_t epochs;
	uint64_t slow_paths; /* loads that missed the TLB */
	uint64_t faults;
	uint64_t queued;  /* findings that wait */
	uint64_t dropped; /* findings for which there was no room */
};

/** One message. Which members count depends on @ref type. */
struct report_message {
	enum report_message_type type;
	/*
	 * Number of the finding, or of the last one that is there; of the
	 * challenge, in the challenge and its answer.
	 */
	uint64_t number;
	uint64_t interval_ms; /* hello: wanted; welcome: granted */
	uint64_t status;      /* goodbye: exit status */
	uint8_t challenge[REPORT_CHALLENGE_SIZE];
	uint8_t proof[REPORT_CHALLENGE_SIZE];
	struct report_origin origin;
	struct report_beat beat;
	struct report_finding finding;
};

/**
 * @param[out] size Bytes of the line, its end included.
 * @return Freed by the caller; NULL if memory is short.
 */
char *report_message_encode(const struct report_message *message, size_t *size);

/**
 * @param[in] line Without its end, from anybody.
 * @param[out] ret All text in it is clean, all numbers are in range.
 */
struct fathom_error *report_message_decode(const char *line, size_t size,
					   struct report_message *ret);

#endif /* FATHOM_REPORT_MESSAGE_H */
