/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * A channel to an agent that is reached by sealed messages: the side of the
 * IDS. Whatever the carrier does, a call ends, and with nothing but the agent's
 * own answers to these very requests. What a carrier loses is asked for again,
 * in the same session if the agent still has it; what it falsifies is an error
 * at once.
 */
#include <fathom/transport.h>

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <fathom/channel.h>
#include <fathom/error.h>
#include <fathom/incident.h>
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

/* Between attempts to find a carrier again: the first pause, and the longest.
 */
#define FIRST_PAUSE_MS	 20u
#define LONGEST_PAUSE_MS 1000u

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

/* What the agent cannot have said: an incident, and the end of the call. */
static struct fathom_error *unauthentic(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static struct fathom_error *unauthentic(const char *format, ...)
{
	struct fathom_error *error;
	char message[256];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	error = fathom_error_create(FATHOM_ERROR_PROTOCOL, "%s", message);
	fathom_incident_raise(FATHOM_INCIDENT_UNAUTHENTIC, "%s", message);
	return error;
}

static struct fathom_error *too_much(size_t size)
{
	return unauthentic(
		"the carrier says it has brought %zu bytes, more than an agent ever sends",
		size);
}

static struct fathom_error *exchange(struct sealed_channel *sealed, size_t size,
				     size_t *answer_size)
{
	struct fathom_error *error;

	*answer_size = 0;
	error = sealed->transport->ops->exchange(sealed->transport,
						 sealed->message, size,
						 sealed->answer, answer_size);
	if (error && error->code == FATHOM_ERROR_PROTOCOL)
		fathom_incident_raise(FATHOM_INCIDENT_UNAUTHENTIC, "%s",
				      error->message);
	if (!error && *answer_size > FATHOM_SEAL_MAX_REPLY)
		return too_much(*answer_size);
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
		return unauthentic(
			"the answer to the handshake is not the agent's: altered or replayed on the way, or by somebody without the agent's key");
	return NULL;
}

static void pause_ms(unsigned int ms)
{
	struct timespec pause = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000L,
	};

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
			pause_ms(HELLO_MILLISECONDS);
		fathom_error_destroy(error);
		error = shake_hands(sealed, &noise, &silent);
		noise_wipe(&noise);
		fathom_secret_wipe_stack();
		if (!error || !silent)
			break;
	}
	if (error && try == HELLO_TRIES)
		fathom_incident_raise(FATHOM_INCIDENT_SILENT, "%s",
				      error->message);
	return error;
}

/* A call: requests, of which some may be in flight at one time. */
struct call {
	const struct fathom_channel_request *requests;
	size_t count;
	size_t done; /* replies that were taken */
	void *reply;
	size_t capacity;
	fathom_channel_take take;
	void *context;
	bool silent;		    /* the agent, to one in flight */
	bool refused;		    /* by @take: no fault of the carrier's */
	struct fathom_error *error; /* what was wrong with a reply */
};

/* Those in flight: the frames in sealed->message, in order. */
struct flight {
	struct sealed_channel *sealed;
	struct call *call;
	struct fathom_transport_message frames[FATHOM_TRANSPORT_WINDOW];
	uint64_t counter; /* of the first */
	size_t count;
};

/* A header that does not fit says what happened, if it is to be believed. */
static struct fathom_error *
check_header(const struct sealed_channel *sealed,
	     const struct fathom_seal_header *header, uint64_t counter)
{
	if (header->type != FATHOM_SEAL_REPLY)
		return unauthentic(
			"the carrier brought a message of type %u where a reply belongs",
			header->type);
	if (header->session != sealed->session)
		return unauthentic(
			"the carrier brought a reply of session %" PRIu32
			" into session %" PRIu32
			": of another session, or altered",
			header->session, sealed->session);
	if (header->counter < counter)
		return unauthentic("the carrier brought reply %" PRIu64
				   " to request %" PRIu64
				   ": replayed, or altered",
				   header->counter, counter);
	if (header->counter > counter)
		return unauthentic("the carrier brought reply %" PRIu64
				   " to request %" PRIu64
				   ": out of order, or altered",
				   header->counter, counter);
	return NULL;
}

/* The reply in sealed->answer to number @index of those in flight. */
static struct fathom_error *read_reply(struct flight *flight, size_t index,
				       size_t answer_size, size_t *reply_size)
{
	const struct fathom_transport_message *frame = &flight->frames[index];
	struct sealed_channel *sealed = flight->sealed;
	struct call *call = flight->call;
	struct fathom_seal_header header;
	struct fathom_error *error;
	size_t plain;

	if (!frame_parse(sealed->answer, answer_size, &header))
		return unauthentic("the carrier brought %zu bytes that are no "
				   "message of an agent: altered, or cut short",
				   answer_size);
	error = check_header(sealed, &header, flight->counter + index);
	if (error)
		return error;
	plain = header.length - FATHOM_SEAL_TAG_SIZE;
	if (plain > call->capacity)
		return unauthentic(
			"a reply of %zu bytes came where %zu are the most",
			plain, call->capacity);
	if (!frame_open(&sealed->receive, &header,
			frame_tag(frame->bytes, frame->size), sealed->answer,
			call->reply))
		return unauthentic(
			"the reply to request %" PRIu64
			" has been altered on the way, or answers another request",
			header.counter);
	*reply_size = plain;
	return NULL;
}

static struct fathom_error *no_answer(const struct flight *flight, size_t index)
{
	return fathom_error_create(
		FATHOM_ERROR_PROTOCOL,
		"the agent does not answer to request %" PRIu64
		" of its session: the request did not reach it unaltered",
		flight->counter + index);
}

static bool take_answer(void *context, size_t index, size_t answer_size)
{
	struct flight *flight = context;
	struct call *call = flight->call;
	size_t size = 0;

	call->silent = !answer_size;
	if (call->silent)
		call->error = no_answer(flight, index);
	else if (answer_size > FATHOM_SEAL_MAX_REPLY)
		call->error = too_much(answer_size);
	else
		call->error = read_reply(flight, index, answer_size, &size);
	if (call->error)
		return false;
	call->error = call->take(call->context, call->done++, size);
	call->refused = call->error;
	return !call->error;
}

/* How many a transport takes at one time. */
static size_t window_of(const struct sealed_channel *sealed)
{
	uint64_t left = FRAME_COUNTER_MAX - sealed->counter;
	size_t window = sealed->transport->ops->exchange_many
				? FATHOM_TRANSPORT_WINDOW
				: 1;

	return left < window ? (size_t)left : window;
}

/* Seal as many of the requests that are left as may fly at one time. */
static struct fathom_error *load(struct flight *flight)
{
	struct sealed_channel *sealed = flight->sealed;
	struct call *call = flight->call;
	size_t window = window_of(sealed);
	uint8_t *frame = sealed->message;
	size_t room = SEALED_CHANNEL_ROOM;

	flight->count = 0;
	flight->counter = sealed->counter + 1;
	while (flight->count < window &&
	       call->done + flight->count < call->count) {
		const struct fathom_channel_request *request =
			&call->requests[call->done + flight->count];
		struct fathom_seal_header header =
			frame_header(FATHOM_SEAL_REQUEST, sealed->session,
				     sealed->counter + 1, 0);
		size_t size;

		if (room < FATHOM_SEAL_OVERHEAD ||
		    request->size > room - FATHOM_SEAL_OVERHEAD)
			break;
		sealed->counter++;
		memcpy(frame + sizeof(header), request->bytes, request->size);
		size = frame_seal(&sealed->send, &header, NULL, frame,
				  request->size);
		if (!size)
			return broken_crypto("the request cannot be sealed");
		flight->frames[flight->count++] =
			(struct fathom_transport_message){frame, size};
		frame += size;
		room -= size;
	}
	return NULL;
}

static struct fathom_error *carry(struct flight *flight)
{
	struct sealed_channel *sealed = flight->sealed;
	struct fathom_transport *transport = sealed->transport;
	struct fathom_error *error;
	size_t size = 0;

	if (transport->ops->exchange_many) {
		error = transport->ops->exchange_many(
			transport, flight->frames, flight->count,
			sealed->answer, take_answer, flight);
		if (error && error->code == FATHOM_ERROR_PROTOCOL)
			fathom_incident_raise(FATHOM_INCIDENT_UNAUTHENTIC, "%s",
					      error->message);
		return error;
	}
	error = exchange(sealed, flight->frames[0].size, &size);
	if (!error)
		take_answer(flight, 0, size);
	return error;
}

/*
 * As many requests as fit, in the session there is.
 *
 * @return What the carrier said; what replies were like is in @call.
 */
static struct fathom_error *fly(struct sealed_channel *sealed,
				struct call *call)
{
	struct flight flight = {.sealed = sealed, .call = call};
	struct fathom_error *error;

	call->error = NULL;
	call->silent = false;
	error = load(&flight);
	return error ? error : carry(&flight);
}

/* The time in which a way to the agent that was cut may be found again. */
struct outage {
	bool on;
	bool lost;   /* the way to the agent, in the last step */
	bool silent; /* the agent did not know the session any more */
	struct timespec since;
	unsigned int pause_ms;
	unsigned int timeout_ms; /* of the transport, as it was before */
};

static unsigned int ms_since(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned int)((now.tv_sec - since->tv_sec) * 1000 +
			      (now.tv_nsec - since->tv_nsec) / 1000000);
}

static void begin_outage(struct sealed_channel *sealed, struct outage *outage,
			 const struct fathom_error *error)
{
	struct fathom_transport *transport = sealed->transport;

	fathom_incident_raise(transport->failure ? transport->failure
						 : FATHOM_INCIDENT_LOST,
			      "%s", error->message);
	outage->on = true;
	outage->pause_ms = FIRST_PAUSE_MS;
	outage->timeout_ms = transport->patience.timeout_ms;
	clock_gettime(CLOCK_MONOTONIC, &outage->since);
}

/*
 * Whether to try again after @error, for which there was a pause. Attempts
 * wait no longer than there is time.
 */
static bool try_again(struct sealed_channel *sealed, struct outage *outage,
		      const struct fathom_error *error)
{
	struct fathom_transport_patience *patience =
		&sealed->transport->patience;
	unsigned int passed;

	if (!outage->lost)
		return false;
	if (!outage->on)
		begin_outage(sealed, outage, error);
	passed = ms_since(&outage->since);
	if (passed + outage->pause_ms >= patience->reconnect_ms)
		return false;
	pause_ms(outage->pause_ms);
	passed += outage->pause_ms;
	outage->pause_ms *= 2;
	if (outage->pause_ms > LONGEST_PAUSE_MS)
		outage->pause_ms = LONGEST_PAUSE_MS;
	if (patience->timeout_ms > patience->reconnect_ms - passed)
		patience->timeout_ms = patience->reconnect_ms - passed;
	return true;
}

static struct fathom_error *end_outage(struct sealed_channel *sealed,
				       const struct outage *outage,
				       struct fathom_error *error)
{
	struct fathom_transport_patience *patience =
		&sealed->transport->patience;

	if (outage->on)
		patience->timeout_ms = outage->timeout_ms;
	if (error && outage->on && patience->reconnect_ms)
		return fathom_error_prefix(
			error,
			"the way to the agent was lost, and not found again within %u ms",
			patience->reconnect_ms);
	if (!error && (outage->on || outage->silent))
		fathom_incident_raise(
			FATHOM_INCIDENT_RECOVERED,
			outage->on
				? "the agent is reached again, after %u ms"
				: "the agent answers again, in a new session",
			outage->on ? ms_since(&outage->since) : 0);
	return error;
}

/*
 * One step of a call: a session if there is none, else some requests.
 *
 * An agent that has been restarted, or has had to make room, is silent about
 * sessions that it does not know any more: a new one is opened, once a call.
 * Requests change nothing, so one may be made twice.
 */
static struct fathom_error *step(struct sealed_channel *sealed,
				 struct call *call, struct outage *outage,
				 bool *fresh)
{
	struct fathom_error *error;

	if (!sealed->session || sealed->counter >= FRAME_COUNTER_MAX) {
		*fresh = true;
		error = open_session(sealed);
		outage->lost = error && error->code == FATHOM_ERROR_TARGET;
		return error;
	}
	error = fly(sealed, call);
	outage->lost = error && error->code == FATHOM_ERROR_TARGET;
	if (!error)
		error = call->error;
	if (!error || outage->lost || call->refused)
		return error;
	end_session(sealed);
	if (!call->silent)
		return error;
	fathom_incident_raise(FATHOM_INCIDENT_SILENT, "%s", error->message);
	if (*fresh)
		return error;
	outage->silent = true;
	fathom_error_destroy(error);
	return NULL;
}

/* Ends: each step answers a request, or makes the one fresh session, or uses
 * up the time of an outage. */
static struct fathom_error *call_locked(struct sealed_channel *sealed,
					struct call *call)
{
	struct fathom_error *error = NULL;
	struct outage outage = {0};
	bool fresh = false;

	while (!error && call->done < call->count) {
		error = step(sealed, call, &outage, &fresh);
		if (error && try_again(sealed, &outage, error)) {
			fathom_error_destroy(error);
			error = NULL;
		}
	}
	return end_outage(sealed, &outage, error);
}

static struct fathom_error *
check_requests(const struct fathom_channel_request *requests, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (requests[i].size > FATHOM_WIRE_MAX_REQUEST)
			return fathom_error_create(
				FATHOM_ERROR_LIMIT,
				"a request of %zu bytes is above the limit of %u",
				requests[i].size, FATHOM_WIRE_MAX_REQUEST);
	}
	return NULL;
}

static struct fathom_error *
sealed_call_many(struct fathom_channel *channel,
		 const struct fathom_channel_request *requests, size_t count,
		 void *reply, size_t reply_capacity, fathom_channel_take take,
		 void *context)
{
	struct sealed_channel *sealed = (struct sealed_channel *)channel;
	struct call call = {
		.requests = requests,
		.count = count,
		.reply = reply,
		.capacity = reply_capacity,
		.take = take,
		.context = context,
	};
	struct fathom_error *error = check_requests(requests, count);

	if (error)
		return error;
	pthread_mutex_lock(&sealed->lock);
	error = call_locked(sealed, &call);
	pthread_mutex_unlock(&sealed->lock);
	return error;
}

static struct fathom_error *take_one(void *context, size_t index,
				     size_t reply_size)
{
	(void)index;
	*(size_t *)context = reply_size;
	return NULL;
}

static struct fathom_error *sealed_call(struct fathom_channel *channel,
					const void *request,
					size_t request_size, void *reply,
					size_t reply_capacity,
					size_t *reply_size)
{
	const struct fathom_channel_request one = {request, request_size};

	return sealed_call_many(channel, &one, 1, reply, reply_capacity,
				take_one, reply_size);
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
	fathom_secret_free(sealed->message, SEALED_CHANNEL_ROOM);
	free(sealed->answer);
	fathom_secret_free(sealed, sizeof(*sealed));
}

static const struct fathom_channel_ops sealed_ops = {
	.call = sealed_call,
	.call_many = sealed_call_many,
	.refresh = sealed_refresh,
	.destroy = sealed_destroy,
};

static struct fathom_error *prepare(struct sealed_channel *sealed,
				    const uint8_t *private_key,
				    const uint8_t *agent_key)
{
	memcpy(sealed->agent_key, agent_key, FATHOM_KEY_SIZE);
	sealed->message = fathom_secret_alloc(SEALED_CHANNEL_ROOM);
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
