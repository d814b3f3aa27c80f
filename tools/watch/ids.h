/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * One IDS as its watcher sees it: what it said last, what is wrong with it, and
 * when its next word is due. No clock, no network: both are the caller's. All
 * times are milliseconds of one clock that is never set.
 */
#ifndef FATHOM_WATCH_IDS_H
#define FATHOM_WATCH_IDS_H

#include <stdbool.h>
#include <stdint.h>

#include <fathom/seal.h>

#include "report_message.h"

/** What may be wrong with an IDS, until it is right again. */
enum watch_alarm {
	WATCH_LATE,	    /* a heartbeat is overdue */
	WATCH_WRONG,	    /* an answer to no challenge of ours */
	WATCH_REPLAYED,	    /* an answer that has been given before */
	WATCH_AGENT_SILENT, /* agent calls have stopped */
	WATCH_AGENT_FAILED, /* they fail: no session, or the target has gone */
	WATCH_SESSION_LOST, /* its channel to the agent is, by its own word */
	WATCH_NOT_STARTED,  /* it could not open its target, and has ended */
	WATCH_DIGEST,	    /* it is another program */
	WATCH_VANISHED,	    /* disconnected without goodbye */
	WATCH_MISSING,	    /* required, but not there */
	WATCH_ALARMS,
};

/** What an IDS, or whoever is between it and its agent, can cause at will. */
enum watch_limited {
	WATCH_ATTACKED,
	WATCH_NONSENSE,
	WATCH_LIMITED,
};

/** It is told of once a second at most, and counted. */
struct watch_limit {
	bool told;
	uint64_t told_at;
	uint64_t left_out; /* since then */
};

/** Something to be told, alarm or not. */
struct watch_notice {
	const char *action; /* "heartbeat-late"; stable */
	bool alert;
	unsigned int severity; /* as in <fathom/report.h> */
	char message[REPORT_MESSAGE_SIZE];
};

enum watch_presence {
	WATCH_NEVER, /* since the watcher was started */
	WATCH_CONNECTED,
	WATCH_GONE,
	WATCH_ENDED, /* it has said goodbye */
};

struct watch_ids;
typedef void (*watch_tell)(void *context, const struct watch_ids *ids,
			   const struct watch_notice *notice);

struct watch_ids {
	/* What the administrator says of it. */
	char name[REPORT_NAME_SIZE];
	uint8_t key[FATHOM_KEY_SIZE];
	char digest[REPORT_DIGEST_TEXT_SIZE]; /* "": any */
	uint64_t required_interval_ms;	      /* 0: what it asks for */
	bool required;			      /* must be there always */

	watch_tell tell;
	void *context; /* of tell() */

	enum watch_presence presence;
	uint32_t standing; /* bits of enum watch_alarm */
	uint64_t since;	   /* of presence */
	struct report_origin origin;
	uint64_t interval_ms;
	uint64_t alarms; /* raised so far */
	struct watch_limit limits[WATCH_LIMITED];

	uint64_t number; /* of the last challenge */
	uint64_t challenged_at;
	uint8_t challenge[REPORT_CHALLENGE_SIZE];
	uint8_t last_proof[REPORT_CHALLENGE_SIZE]; /* the last right one */
	bool challenged;			   /* and not answered yet */
	bool has_beat;				   /* of this run */
	bool counted; /* the number of the next finding is known */
	struct report_beat beat;
	uint64_t beat_at;
	uint64_t beats;

	uint64_t findings;     /* written down, of all runs */
	uint64_t received;     /* last one, of this run */
	uint64_t acknowledged; /* last one that is written down */
};

/** At the watcher's start: whoever is required has from now on. */
void watch_ids_start(struct watch_ids *ids, uint64_t now);

/** At the watcher's start: it was there when the last watcher ended. */
void watch_ids_expect(struct watch_ids *ids, uint64_t now);

/**
 * The administrator says something else of it from now on.
 *
 * @param[in] said Name, digest, interval, and whether it is required. A
 * connected IDS is told of another interval when it connects anew.
 */
void watch_ids_change(struct watch_ids *ids, const struct watch_ids *said,
		      uint64_t now);

/** It has connected, and says who it is. */
void watch_ids_hello(struct watch_ids *ids, const struct report_origin *origin,
		     uint64_t interval_ms, uint64_t now);

/** Whether a challenge is due. */
bool watch_ids_challenge_due(const struct watch_ids *ids, uint64_t now);

/** A challenge is on its way. */
void watch_ids_challenged(struct watch_ids *ids,
			  const uint8_t challenge[REPORT_CHALLENGE_SIZE],
			  uint64_t now);

/**
 * It has answered.
 *
 * @param[in] proof What the answer to the last challenge must be.
 * @return False if this is no IDS to talk to any longer.
 */
bool watch_ids_beat(struct watch_ids *ids, const struct report_message *beat,
		    const uint8_t proof[REPORT_CHALLENGE_SIZE], uint64_t now);

/** It tells what has happened between it and its agent. */
void watch_ids_incident(struct watch_ids *ids,
			const struct report_finding *incident, uint64_t now);

/** It does not keep to the protocol. */
void watch_ids_nonsense(struct watch_ids *ids, const char *what, uint64_t now);

/** It ends, and says so. */
void watch_ids_goodbye(struct watch_ids *ids, uint64_t status, uint64_t now);

/** The connection is gone. */
void watch_ids_gone(struct watch_ids *ids, uint64_t now);

/**
 * Time has passed.
 *
 * @return False if it has not answered for so long that the connection must be
 * dead.
 */
bool watch_ids_tick(struct watch_ids *ids, uint64_t now);

/** What becomes of a finding that has come in. */
enum watch_order {
	WATCH_NEXT,    /* to be written down */
	WATCH_AGAIN,   /* is written down already */
	WATCH_NO_ORDER /* one is left out */
};
enum watch_order watch_ids_finding(struct watch_ids *ids, uint64_t number);

/** What came in is written down; or it is not, and must come again. */
void watch_ids_committed(struct watch_ids *ids, bool written);

/** "heartbeat-late" and the like. */
const char *watch_alarm_name(enum watch_alarm alarm);

#endif /* FATHOM_WATCH_IDS_H */
