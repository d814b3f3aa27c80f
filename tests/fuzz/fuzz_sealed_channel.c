/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Handshakes and frames, the IDS's side: a carrier that answers by the input,
 * with what the agent says, with what it said before, with some bytes changed,
 * or with something of its own. A call that succeeds has brought what the agent
 * answered to that very request; all others end, too.
 */
#include <time.h>

#include <fathom/channel.h>
#include <fathom/error.h>
#include <fathom/transport.h>

#include "../read_request.h"
#include "fuzz_seal.h"

#define MOST_EXCHANGES 12

static struct fathom_sealed_agent *sealed;
static struct fathom_channel *channel;

/* What the carrier does is what the input says; NULL: what it should. */
static struct fuzz_input *script;
static unsigned int exchanges;
static uint8_t kept[MAX_REPLY + FATHOM_SEAL_OVERHEAD];
static size_t kept_size;

/* Waiting for the agent is no part of the test. */
int nanosleep(const struct timespec *wanted, struct timespec *left)
{
	(void)wanted;
	(void)left;
	return 0;
}

static void change(uint8_t *reply, size_t size)
{
	uint8_t times;

	fuzz_take(script, &times, sizeof(times));
	for (times %= 4; size && times != UINT8_MAX; times--) {
		uint16_t where;

		fuzz_take(script, &where, sizeof(where));
		fuzz_take(script, reply + where % size, 1);
	}
}

static size_t make_up(uint8_t *reply, bool with_header)
{
	struct fathom_seal_header header;
	uint8_t size;
	size_t start = with_header ? sizeof(header) : 0;

	fuzz_take(script, &size, sizeof(size));
	if (with_header) {
		fuzz_take(script, &header, sizeof(header));
		header = frame_header(header.type % 6, header.session % 4,
				      header.counter % 4, size);
		memcpy(reply, &header, sizeof(header));
	}
	fuzz_take(script, reply + start, size);
	return start + size;
}

static struct fathom_error *lose(void)
{
	return fathom_error_create(FATHOM_ERROR_TARGET, "lost");
}

static struct fathom_error *exchange(struct fathom_transport *transport,
				     const void *message, size_t size,
				     void *reply, size_t *reply_size)
{
	const void *answer = NULL;
	uint8_t what = 0;

	(void)transport;
	DEMAND(size <= FATHOM_SEAL_MAX_REQUEST);
	DEMAND(++exchanges <= MOST_EXCHANGES);
	if (script)
		fuzz_take(script, &what, sizeof(what));
	if (what % 16 == 7)
		return lose();
	*reply_size = 0;
	if (what % 16 != 6)
		*reply_size = fathom_sealed_agent_handle(sealed, message, size,
							 &answer);
	memcpy(reply, answer ? answer : "", *reply_size);
	switch (what % 16) {
	case 1:
	case 2:
		change(reply, *reply_size);
		break;
	case 3:
		*reply_size = make_up(reply, what & 16);
		break;
	case 4:
		memcpy(reply, kept, kept_size);
		*reply_size = kept_size;
		break;
	case 5:
		memcpy(kept, reply, *reply_size);
		kept_size = *reply_size;
		break;
	case 8:
		*reply_size = *reply_size > what ? *reply_size - what : 0;
		break;
	}
	return NULL;
}

static void destroy(struct fathom_transport *transport)
{
	(void)transport;
}

static void start(void)
{
	static const struct fathom_transport_ops ops = {
		.exchange = exchange,
		.destroy = destroy,
	};
	static struct fathom_transport transport = {.ops = &ops};
	struct fuzz_keys keys;

	if (sealed)
		return;
	sealed = fuzz_sealed_agent(&keys);
	DEMAND(!fathom_sealed_channel_open(&transport, keys.ids, keys.agent,
					   &channel));
}

static void call(const void *request, size_t size)
{
	static uint8_t reply[MAX_REPLY];
	static uint8_t wanted[MAX_REPLY];
	struct fathom_error *error;
	size_t reply_size = SIZE_MAX;

	exchanges = 0;
	error = channel->ops->call(channel, request, size, reply, sizeof(reply),
				   &reply_size);
	if (error) {
		DEMAND(error->message && error->message[0]);
		DEMAND(reply_size == SIZE_MAX);
		fathom_error_destroy(error);
		return;
	}
	DEMAND(reply_size == fathom_agent_handle(&fuzz_agent, request, size,
						 wanted, sizeof(wanted)));
	DEMAND(!memcmp(reply, wanted, reply_size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct read_request request = read_request(FATHOM_SPACE_PHYSICAL, 0, 0);
	struct fuzz_input input = {data, size};
	unsigned int calls;

	start();
	kept_size = 0;
	script = &input;
	for (calls = 0; input.size && calls < 8; calls++) {
		uint8_t what;

		fuzz_take(&input, &what, sizeof(what));
		request.item.address = what * 16u;
		request.item.length = what;
		call(&request, sizeof(request));
	}
	/* Whatever was done to it, it works when it is let. */
	script = NULL;
	call(&request, sizeof(request));
	return 0;
}
