/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Incidents: what happens between an IDS and its agent that whoever watches
 * over the IDS should know, even if the call at hand recovers from it. The
 * sealed channel, the carriers and the start of a program raise them; one
 * observer hears of them.
 */
#ifndef FATHOM_INCIDENT_H
#define FATHOM_INCIDENT_H

#ifdef __cplusplus
extern "C" {
#endif

enum fathom_incident {
	/** Altered, replayed, reordered, of another session or agent. */
	FATHOM_INCIDENT_UNAUTHENTIC = 1,
	/** The agent was reached, as the carrier says, and kept silent. */
	FATHOM_INCIDENT_SILENT,
	/** The carrier hung up, refused, or cannot be reached. */
	FATHOM_INCIDENT_LOST,
	/** Nothing came in time. */
	FATHOM_INCIDENT_TIMEOUT,
	/** Bytes that nobody has asked for. */
	FATHOM_INCIDENT_SURPLUS,
	/** What was lost, late or silent is there again. */
	FATHOM_INCIDENT_RECOVERED,
	/** The program ends before it has begun: its target cannot be opened.
	 */
	FATHOM_INCIDENT_NOT_STARTED,
};

/**
 * Hears of incidents, in whatever thread they happen and while that thread
 * holds locks: it must not call the client, channel or transport, nor set the
 * observer, and should be quick. One call at a time.
 *
 * @param[in] message One line, no full stop; gone when the observer returns.
 */
typedef void (*fathom_incident_observer)(void *context,
					 enum fathom_incident kind,
					 const char *message);

/**
 * Let @p observer hear of all incidents of this process from now on, instead of
 * who did so far; NULL (as at the start): nobody. When this returns, the one
 * before is not running any more.
 */
void fathom_incident_observe(fathom_incident_observer observer, void *context);

/** Tell the observer, if there is one. Leaves errno as it is. */
void fathom_incident_raise(enum fathom_incident kind, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** A stable name for logs: "unauthentic", "silent" and so on; never NULL. */
const char *fathom_incident_name(enum fathom_incident kind);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_INCIDENT_H */
