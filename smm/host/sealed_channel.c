/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * A channel to an agent that is reached by sealed messages: the side of the
 * IDS. Whatever the carrier does, a call ends, and with nothing but the agent's
 * own answer to that very request.
 */
#include <fathom/transport.h>

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <fathom/channel.h>
#include <fathom/error.h>
#include <fathom/secret.h>

#include "../agent/frame.h"
#include "../agent/noise.h"
#include "sealed_channel.h"

/*
 * A silent handshake may mean that others have used up the agent's patience
 * (it takes ten a second), or that another process with the same key came in
 * between. So it is tried again, this often and after so long.
 */
#define HELLO_TRIES	   4
#define HELLO_MILLISECONDS 150

static struct fathom_error *no_memory(void)
{
	return fathom_error_create(FATHOM_ERROR_NO_MEMORY, "out of memory");
}

static struct fathom_error *broken_crypto(const char *what)
{
	return fathom_error_create(FATHOM_ERROR_UNSUPPORTED, "%s", what);
}

/* Above all that this channel has used, whatever happens to the clock. */
static uint64_t hello_time(struct sealed_channel *sealed)
{
	struct timespec now;
	uint64_t time;

	clock_gettime(CLOCK_REALTIME, &now);
	time = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	if (time <= sealed->hello_time)
		time = sealed->hello_time + 1;
	sealed->hello_time = time;
	return time;
}

static void end_session(struct sealed_channel *sealed)
{
	crypto_cipher_wipe(&sealed->send);
	crypto_cipher_wipe(&sealed->receive);
	sealed->session = 0;
	sealed->counter = 0;
}

static struct fathom_error *exchange(struct sealed_channel *sealed, size_t size,
				     size_t *answer_size)
{
	struct fathom_error *error;

	*answer_size = 0;
	error = sealed->transport->ops->exchange(sealed->transport,
						 sealed->message, size,
						 sealed->answer, answer_size);
	if (!error && *answer_size > FATHOM_SEAL_MAX_REPLY)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"the carrier says it has brought %zu bytes, more than an agent ever sends",
			*answer_size);
	return error;
}

static bool write_hello(struct sealed_channel *sealed,
			struct noise_handshake *noise)
{
	static const struct crypto_bytes prologue = {
		FATHOM_SEAL_PROLOGUE, sizeof(FATHOM_SEAL_PROLOGUE) - 1};
	struct fathom_seal_header header =
		frame_header(FATHOM_SEAL_HELLO, 0, 0, FATHOM_SEAL_HELLO_LENGTH);
	struct fathom_seal_hello hello = {hello_time(sealed)};

	memcpy(sealed->message, &header, sizeof(header));
	return noise_start(noise, &sealed->key, sealed->agent_key, prologue) &&
	       crypto_private_key_generate(&noise->e) &&
	       noise_write_hello(noise,
				 (struct crypto_bytes){&hello, sizeof(hello)},
				 sealed->message + sizeof(header));
}

static bool read_welcome(struct sealed_channel *sealed,
			 struct noise_handshake *noise, size_t size)
{
	struct fathom_seal_welcome welcome;
	struct fathom_seal_header header;

	if (!frame_parse(sealed->answer, size, &header) ||
	    header.type != FATHOM_SEAL_WELCOME ||
	    !noise_read_welcome(
		    noise,
		    (struct crypto_bytes){sealed->answer + sizeof(header),
					  header.length},
		    (uint8_t *)&welcome) ||
	    !welcome.session)
		return false;
	if (!noise_split(noise, &sealed->send, &sealed->receive)) {
		end_session(sealed);
		return false;
	}
	sealed->session = welcome.session;
	sealed->counter = 0;
	return true;
}

/* One handshake; *silent when the agent answered nothing. */
static struct fathom_error *shake_hands(struct sealed_channel *sealed,
					struct noise_handshake *noise,
					bool *silent)
{
	struct fathom_error *error;
	size_t size;

	if (!write_hello(sealed, noise))
		return broken_crypto(
			"no handshake can be made: the agent's public key is none, or the system has no random numbers");
	error = exchange(sealed,
			 sizeof(struct fathom_seal_header) +
				 FATHOM_SEAL_HELLO_LENGTH,
			 &size);
	if (error)
		return error;
	*silent = !size;
	if (*silent)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"the agent keeps silent: its key is not the one given here, or it has not been told to serve this IDS's key, or this machine's clock went back");
	if (!read_welcome(sealed, noise, size))
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"the answer to the handshake is not the agent's: altered or replayed on the way, or by somebody without the agent's key");
	return NULL;
}

static void pause_before_hello(void)
{
	struct timespec pause = {.tv_nsec = HELLO_MILLISECONDS * 1000000};

	while (nanosleep(&pause, &pause) && errno == EINTR)
		;
}

static struct fathom_error *open_session(struct sealed_channel *sealed)
{
	struct fathom_error *error = NULL;
	unsigned int try;

	for (try = 0; try < HELLO_TRIES; try++) {
		struct noise_handshake noise = {0};
		bool silent = false;

		if (try)
			pause_before_hello();
		fathom_error_destroy(error);
		error = shake_hands(sealed, &noise, &silent);
		noise_wipe(&noise);
		fathom_secret_wipe_stack();
		if (!error || !silent)
			break;
	}
	return error;
}

/*
 * The answer to the request whose frame, of @frame_size bytes, is in
 * sealed->message.
 */
static struct fathom_error *read_reply(struct sealed_channel *sealed,
				       size_t frame_size, size_t answer_size,
				       void *reply, size_t capacity,
				       size_t *reply_size)
{
	const uint8_t *request_tag = frame_tag(sealed->message, frame_size);
	struct fathom_seal_header header;
	size_t plain;

	if (!frame_parse(sealed->answer, answer_size, &header) ||
	    header.type != FATHOM_SEAL_REPLY ||
	    header.session != sealed->session ||
	    header.counter != sealed->counter)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"the carrier brought %zu bytes that are no answer to this request: replayed, out of order, of another session, or altered",
			answer_size);
	plain = header.length - FATHOM_SEAL_TAG_SIZE;
	if (plain > capacity)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"a reply of %zu bytes came where %zu are the most",
			plain, capacity);
	if (!frame_open(&sealed->receive, &header, request_tag, sealed->answer,
			reply))
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"the agent's reply has been altered on the way");
	*reply_size = plain;
	return NULL;
}

/* One request in the session there is; *silent when no answer came. */
static struct fathom_error *call_once(struct sealed_channel *sealed,
				      const void *request, size_t request_size,
				      void *reply, size_t capacity,
				      size_t *reply_size, bool *silent)
{
	struct fathom_seal_header header = frame_header(
		FATHOM_SEAL_REQUEST, sealed->session, ++sealed->counter, 0);
	struct fathom_error *error;
	size_t answer_size;
	size_t size;

	memcpy(sealed->message + sizeof(header), request, request_size);
	size = frame_seal(&sealed->send, &header, NULL, sealed->message,
			  request_size);
	if (!size)
		return broken_crypto("the request cannot be sealed");
	error = exchange(sealed, size, &answer_size);
	if (error)
		return error;
	*silent = !answer_size;
	if (*silent)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"the agent does not answer to request %llu of its session: the request did not reach it unaltered",
			(unsigned long long)sealed->counter);
	return read_reply(sealed, size, answer_size, reply, capacity,
			  reply_size);
}

/*
 * An agent that has been restarted, or has had to make room, is silent about
 * sessions that it does not know any more: a new one is opened, once a call.
 * Requests change nothing, so one may be made twice.
 */
static struct fathom_error *call_locked(struct sealed_channel *sealed,
					const void *request,
					size_t request_size, void *reply,
					size_t capacity, size_t *reply_size)
{
	bool fresh = !sealed->session || sealed->counter >= FRAME_COUNTER_MAX;
	struct fathom_error *error;
	bool silent = false;

	if (!fresh) {
		error = call_once(sealed, request, request_size, reply,
				  capacity, reply_size, &silent);
		if (!error)
			return NULL;
		end_session(sealed);
		if (!silent)
			return error;
		fathom_error_destroy(error);
	}
	error = open_session(sealed);
	if (error)
		return error;
	error = call_once(sealed, request, request_size, reply, capacity,
			  reply_size, &silent);
	if (error)
		end_session(sealed);
	return error;
}

static struct fathom_error *sealed_call(struct fathom_channel *channel,
					const void *request,
					size_t request_size, void *reply,
					size_t reply_capacity,
					size_t *reply_size)
{
	struct sealed_channel *sealed = (struct sealed_channel *)channel;
	struct fathom_error *error;

	if (request_size > FATHOM_WIRE_MAX_REQUEST)
		return fathom_error_create(
			FATHOM_ERROR_LIMIT,
			"a request of %zu bytes is above the limit of %u",
			request_size, FATHOM_WIRE_MAX_REQUEST);
	pthread_mutex_lock(&sealed->lock);
	error = call_locked(sealed, request, request_size, reply,
			    reply_capacity, reply_size);
	pthread_mutex_unlock(&sealed->lock);
	return error;
}

/* The agent looks at the CPUs anew for each request. */
static struct fathom_error *sealed_refresh(struct fathom_channel *channel)
{
	(void)channel;
	return NULL;
}

static void sealed_destroy(struct fathom_channel *channel)
{
	struct sealed_channel *sealed = (struct sealed_channel *)channel;

	sealed->transport->ops->destroy(sealed->transport);
	crypto_private_key_wipe(&sealed->key);
	crypto_cipher_destroy(&sealed->send);
	crypto_cipher_destroy(&sealed->receive);
	pthread_mutex_destroy(&sealed->lock);
	fathom_secret_free(sealed->message, FATHOM_SEAL_MAX_REQUEST);
	free(sealed->answer);
	fathom_secret_free(sealed, sizeof(*sealed));
}

static const struct fathom_channel_ops sealed_ops = {
	.call = sealed_call,
	.refresh = sealed_refresh,
	.destroy = sealed_destroy,
};

static struct fathom_error *prepare(struct sealed_channel *sealed,
				    const uint8_t *private_key,
				    const uint8_t *agent_key)
{
	memcpy(sealed->agent_key, agent_key, FATHOM_KEY_SIZE);
	sealed->message = fathom_secret_alloc(FATHOM_SEAL_MAX_REQUEST);
	sealed->answer = malloc(FATHOM_SEAL_MAX_REPLY);
	if (!sealed->message || !sealed->answer ||
	    !crypto_cipher_create(&sealed->send) ||
	    !crypto_cipher_create(&sealed->receive))
		return no_memory();
	if (!crypto_private_key_load(&sealed->key, private_key))
		return broken_crypto("this libcrypto has no X25519");
	return NULL;
}

struct fathom_error *
fathom_sealed_channel_open(struct fathom_transport *transport,
			   const uint8_t *private_key, const uint8_t *agent_key,
			   struct fathom_channel **ret)
{
	struct sealed_channel *sealed = fathom_secret_alloc(sizeof(*sealed));
	struct fathom_error *error;

	if (!sealed) {
		transport->ops->destroy(transport);
		return no_memory();
	}
	sealed->channel.ops = &sealed_ops;
	sealed->transport = transport;
	pthread_mutex_init(&sealed->lock, NULL);
	error = prepare(sealed, private_key, agent_key);
	if (!error)
		error = open_session(sealed);
	if (error) {
		sealed_destroy(&sealed->channel);
		return error;
	}
	*ret = &sealed->channel;
	return NULL;
}
