/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The table of sessions: see sessions.h. */
#include "sessions.h"

bool sessions_create(struct session_table *table)
{
	bool ok = true;
	size_t i;

	__builtin_memset(table, 0, sizeof(*table));
	for (i = 0; i < FATHOM_SEALED_AGENT_SESSIONS; i++) {
		struct session *session = &table->sessions[i];

		ok = ok && crypto_cipher_create(&session->receive) &&
		     crypto_cipher_create(&session->send);
	}
	return ok;
}

void sessions_destroy(struct session_table *table)
{
	size_t i;

	for (i = 0; i < FATHOM_SEALED_AGENT_SESSIONS; i++) {
		crypto_cipher_destroy(&table->sessions[i].receive);
		crypto_cipher_destroy(&table->sessions[i].send);
	}
	crypto_wipe(table, sizeof(*table));
}

struct session *sessions_find(struct session_table *table, uint32_t number)
{
	size_t i;

	if (!number)
		return NULL;
	for (i = 0; i < FATHOM_SEALED_AGENT_SESSIONS; i++) {
		if (table->sessions[i].number == number)
			return &table->sessions[i];
	}
	return NULL;
}

void sessions_end(struct session *session)
{
	crypto_cipher_wipe(&session->receive);
	crypto_cipher_wipe(&session->send);
	session->number = 0;
	session->pending = false;
	session->counter = 0;
	session->used = 0;
}

static uint32_t count_pending(const struct session_table *table)
{
	uint32_t count = 0;
	size_t i;

	for (i = 0; i < FATHOM_SEALED_AGENT_SESSIONS; i++)
		count += table->sessions[i].pending;
	return count;
}

/* Of the sessions that are @pending or not, the one unused for longest. */
static struct session *oldest(struct session_table *table, bool pending)
{
	struct session *best = NULL;
	size_t i;

	for (i = 0; i < FATHOM_SEALED_AGENT_SESSIONS; i++) {
		struct session *session = &table->sessions[i];

		if (session->pending == pending &&
		    (!best || session->used < best->used))
			best = session;
	}
	return best;
}

/* Free ones have number 0 and were last used at 0, hence come first. */
static struct session *make_room(struct session_table *table)
{
	struct session *session =
		oldest(table, count_pending(table) >= SESSIONS_MAX_PENDING);

	sessions_end(session);
	return session;
}

/* Numbers are for finding, not for secrecy: no two sessions have the same. */
static uint32_t new_number(struct session_table *table)
{
	do {
		table->last_number++;
	} while (!table->last_number ||
		 sessions_find(table, table->last_number));
	return table->last_number;
}

struct session *sessions_add(struct session_table *table)
{
	struct session *session = make_room(table);

	session->number = new_number(table);
	session->pending = true;
	session->used = ++table->clock;
	return session;
}

void sessions_use(struct session_table *table, struct session *session,
		  uint64_t counter)
{
	session->pending = false;
	session->counter = counter;
	session->used = ++table->clock;
}
