/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The sessions that a sealed agent keeps: a fixed number of them.
 *
 * A session is pending from its handshake until its first frame, which proves
 * that the other side has the keys and is not just the echo of a handshake
 * that a carrier kept back. Pending ones may take at most half of the table
 * from those in use.
 */
#ifndef FATHOM_AGENT_SESSIONS_H
#define FATHOM_AGENT_SESSIONS_H

#include <fathom/sealed_agent.h>

#include "crypto.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SESSIONS_MAX_PENDING (FATHOM_SEALED_AGENT_SESSIONS / 2)

struct session {
	uint32_t number; /* 0: not in use, has no keys */
	bool pending;
	uint64_t counter; /* highest that was accepted */
	uint64_t used;	  /* when last, by the table's clock */
	struct crypto_cipher receive;
	struct crypto_cipher send;
};

struct session_table {
	struct session sessions[FATHOM_SEALED_AGENT_SESSIONS];
	uint64_t clock; /* counts uses of sessions */
	uint32_t last_number;
};

/** @return false when out of memory; to be destroyed nevertheless. */
bool sessions_create(struct session_table *table);

/** Wipe all keys, free everything. */
void sessions_destroy(struct session_table *table);

/** The session of that number, or NULL. */
struct session *sessions_find(struct session_table *table, uint32_t number);

/**
 * A pending session with a number of its own, without keys. When there is no
 * room the one unused for longest is ended: a pending one if they have their
 * share, else one of all the others.
 */
struct session *sessions_add(struct session_table *table);

/** Note that an authentic frame with this counter has come. */
void sessions_use(struct session_table *table, struct session *session,
		  uint64_t counter);

/** Wipe the keys of a session and free its place. */
void sessions_end(struct session *session);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_AGENT_SESSIONS_H */
