/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* One sealed message in, one out or none: see fathom/sealed_agent.h. */
#include <fathom/sealed_agent.h>

#include "frame.h"
#include "key_store.h"
#include "noise.h"
#include "sessions.h"

/*
 * Handshakes cost the machine milliseconds in which it stands still, whether
 * they are authentic or not: some at once, then ten a second.
 */
#define HELLO_BURST	   8
#define HELLO_MILLISECONDS 100

struct fathom_sealed_agent {
	struct fathom_sealed_agent_settings settings;
	struct crypto_private_key key;
	uint32_t ids_count;
	struct {
		uint8_t public_key[FATHOM_KEY_SIZE];
		uint64_t hello_time; /* of the last handshake */
	} ids[FATHOM_KEY_STORE_MAX];
	struct {
		uint64_t since; /* ms: when `left` was last made up */
		uint32_t left;
	} hellos;
	struct session_table table;
};

size_t fathom_sealed_agent_size(void)
{
	return sizeof(struct fathom_sealed_agent);
}

static bool settings_valid(const struct fathom_sealed_agent_settings *settings)
{
	return settings->port && settings->port->milliseconds &&
	       settings->agent && fathom_agent_check(settings->agent) &&
	       settings->request && settings->reply && settings->keys &&
	       key_store_valid(settings->keys, settings->keys_size);
}

static bool load_keys(struct fathom_sealed_agent *sealed,
		      const struct fathom_key_store *store)
{
	uint32_t i;

	sealed->ids_count = store->count;
	for (i = 0; i < store->count; i++)
		__builtin_memcpy(sealed->ids[i].public_key,
				 key_store_authorized(store, i),
				 FATHOM_KEY_SIZE);
	return crypto_private_key_load(&sealed->key, store->private_key);
}

static uint64_t now(const struct fathom_sealed_agent *sealed)
{
	return sealed->settings.port->milliseconds(sealed->settings.context);
}

bool fathom_sealed_agent_start(
	struct fathom_sealed_agent *sealed,
	const struct fathom_sealed_agent_settings *settings)
{
	__builtin_memset(sealed, 0, sizeof(*sealed));
	if (!settings_valid(settings) || crypto_self_test())
		return false;
	sealed->settings = *settings;
	sealed->settings.keys = NULL;
	if (!load_keys(sealed, settings->keys) ||
	    !sessions_create(&sealed->table)) {
		fathom_sealed_agent_stop(sealed);
		return false;
	}
	sealed->hellos.left = HELLO_BURST;
	sealed->hellos.since = now(sealed);
	return true;
}

void fathom_sealed_agent_stop(struct fathom_sealed_agent *sealed)
{
	crypto_private_key_wipe(&sealed->key);
	sessions_destroy(&sealed->table);
	crypto_wipe(sealed, sizeof(*sealed));
}

/* A clock that went back makes nothing up. */
static void make_up_hellos(struct fathom_sealed_agent *sealed)
{
	uint64_t time = now(sealed);
	uint64_t made_up;

	if (time < sealed->hellos.since) {
		sealed->hellos.since = time;
		return;
	}
	made_up = (time - sealed->hellos.since) / HELLO_MILLISECONDS;
	if (made_up >= HELLO_BURST - sealed->hellos.left) {
		sealed->hellos.left = HELLO_BURST;
		sealed->hellos.since = time;
		return;
	}
	sealed->hellos.left += (uint32_t)made_up;
	sealed->hellos.since += made_up * HELLO_MILLISECONDS;
}

static bool hello_allowed(struct fathom_sealed_agent *sealed)
{
	make_up_hellos(sealed);
	if (!sealed->hellos.left)
		return false;
	sealed->hellos.left--;
	return true;
}

/* Index of the IDS with that key, or ids_count; all are compared, always. */
static uint32_t find_ids(const struct fathom_sealed_agent *sealed,
			 const uint8_t *public_key)
{
	uint32_t found = sealed->ids_count;
	uint32_t i;

	for (i = 0; i < sealed->ids_count; i++) {
		if (crypto_equal(sealed->ids[i].public_key, public_key,
				 FATHOM_KEY_SIZE))
			found = i;
	}
	return found;
}

/* Whether the handshake comes from an IDS we serve, for the first time. */
static bool admit(struct fathom_sealed_agent *sealed,
		  const struct noise_handshake *noise,
		  const struct fathom_seal_hello *hello)
{
	uint32_t ids = find_ids(sealed, noise->rs);

	if (ids == sealed->ids_count ||
	    hello->time <= sealed->ids[ids].hello_time)
		return false;
	sealed->ids[ids].hello_time = hello->time;
	return true;
}

/* The answer, and the session. What it does not finish, it takes back. */
static size_t welcome(struct fathom_sealed_agent *sealed,
		      struct noise_handshake *noise, uint8_t *reply)
{
	struct fathom_seal_header header = frame_header(
		FATHOM_SEAL_WELCOME, 0, 0, FATHOM_SEAL_WELCOME_LENGTH);
	struct fathom_seal_welcome payload = {0};
	struct session *session;

	if (!crypto_private_key_generate(&noise->e))
		return 0;
	session = sessions_add(&sealed->table);
	payload.session = session->number;
	if (!noise_write_welcome(
		    noise, (struct crypto_bytes){&payload, sizeof(payload)},
		    reply + sizeof(header)) ||
	    !noise_split(noise, &session->receive, &session->send)) {
		sessions_end(session);
		return 0;
	}
	__builtin_memcpy(reply, &header, sizeof(header));
	return sizeof(header) + header.length;
}

static size_t handle_hello(struct fathom_sealed_agent *sealed,
			   const uint8_t *message,
			   const struct fathom_seal_header *header)
{
	static const struct crypto_bytes prologue = {
		FATHOM_SEAL_PROLOGUE, sizeof(FATHOM_SEAL_PROLOGUE) - 1};
	const struct crypto_bytes text = {message + sizeof(*header),
					  header->length};
	struct noise_handshake noise;
	struct fathom_seal_hello hello;
	size_t size = 0;

	if (!hello_allowed(sealed))
		return 0;
	if (noise_start(&noise, &sealed->key, sealed->key.public_key,
			prologue) &&
	    noise_read_hello(&noise, text, (uint8_t *)&hello) &&
	    admit(sealed, &noise, &hello))
		size = welcome(sealed, &noise, sealed->settings.reply);
	noise_wipe(&noise);
	return size;
}

/* Answer a request that is authentic. */
static size_t answer(struct fathom_sealed_agent *sealed,
		     struct session *session,
		     const struct fathom_seal_header *request,
		     const uint8_t *request_tag)
{
	const struct fathom_sealed_agent_settings *settings = &sealed->settings;
	struct fathom_seal_header header = frame_header(
		FATHOM_SEAL_REPLY, session->number, request->counter, 0);
	uint8_t *reply = settings->reply;
	size_t size;

	size = fathom_agent_handle(settings->agent, settings->request,
				   request->length - FATHOM_SEAL_TAG_SIZE,
				   reply + sizeof(header),
				   settings->agent->limits.max_reply);
	if (!size)
		return 0;
	return frame_seal(&session->send, &header, request_tag, reply, size);
}

static size_t handle_request(struct fathom_sealed_agent *sealed,
			     const uint8_t *message,
			     const struct fathom_seal_header *header)
{
	const struct fathom_sealed_agent_settings *settings = &sealed->settings;
	size_t plain = header->length - FATHOM_SEAL_TAG_SIZE;
	struct session *session;
	size_t size;

	session = sessions_find(&sealed->table, header->session);
	if (!session || header->counter <= session->counter ||
	    plain > settings->agent->limits.max_request)
		return 0;
	if (!frame_open(&session->receive, header, NULL, message,
			settings->request))
		return 0;
	sessions_use(&sealed->table, session, header->counter);
	size = answer(sealed, session, header,
		      frame_tag(message, sizeof(*header) + header->length));
	crypto_wipe(settings->request, plain);
	return size;
}

size_t fathom_sealed_agent_handle(struct fathom_sealed_agent *sealed,
				  const void *message, size_t size,
				  const void **reply)
{
	struct fathom_seal_header header;

	*reply = sealed->settings.reply;
	if (!frame_parse(message, size, &header))
		return 0;
	switch (header.type) {
	case FATHOM_SEAL_HELLO:
		return handle_hello(sealed, message, &header);
	case FATHOM_SEAL_REQUEST:
		return handle_request(sealed, message, &header);
	default:
		return 0;
	}
}
