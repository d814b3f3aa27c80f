/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Shared memory in which somebody else writes what the input says, between any
 * two steps of the relay, and before an IDS looks at it. */
#include "../../tools/relay/ring_client.h"
#include "fuzz.h"
#include "ring_area.h"

#define MAX_MESSAGE 300u
#define MAX_REPLY   500u

struct machine {
	size_t size;
	uint8_t *memory;
	struct ring_area area;
	struct ring_client client;
	uint64_t now;
};

static void end_of(struct fathom_error *error)
{
	DEMAND(error->message && *error->message);
	fathom_error_destroy(error);
}

/* Allocated once; what the relay looks at is cleared each time. */
static void start(struct machine *machine)
{
	static uint8_t message[RELAY_LENGTH_SIZE + MAX_MESSAGE];
	static uint8_t reply[RELAY_LENGTH_SIZE + MAX_REPLY];
	static uint8_t *memory;

	machine->size = ring_area_size(1);
	if (!memory)
		memory = malloc(machine->size);
	DEMAND(memory);
	memset(memory, 0, 2 * RING_PAGE + RING_REQUEST_CAPACITY);
	machine->memory = memory;
	DEMAND(!ring_area_format(&machine->area, memory, machine->size, 1));
	machine->client = (struct ring_client){
		.slot = ring_area_slot(&machine->area, 0),
		.max_message = MAX_MESSAGE,
		.message = message,
		.reply = reply,
	};
	machine->now = 1;
}

/* Any word of the header or of the slot's page. */
static void write_word(struct machine *machine, struct fuzz_input *input)
{
	uint8_t where[2];
	uint32_t value;
	size_t offset;

	fuzz_take(input, where, sizeof(where));
	fuzz_take(input, &value, sizeof(value));
	offset = where[0] % 2 ? RING_PAGE : 0;
	offset += where[1] % (sizeof(struct ring_slot) / 4) * 4;
	memcpy(machine->memory + offset, &value, sizeof(value));
}

/* An owner as an IDS makes one, which single words would hardly ever. */
static void open_slot(struct machine *machine, struct fuzz_input *input)
{
	struct ring_slot *slot = machine->client.slot;
	uint8_t mark;

	fuzz_take(input, &mark, sizeof(mark));
	atomic_store(&slot->owner, mark);
	atomic_store(&slot->opened, mark);
	atomic_store(&slot->request_written.bytes, 0);
	atomic_store(&slot->reply_read.bytes, 0);
}

/* Bytes at the writer's index, whoever wrote that, and the index moved on. */
static void write_bytes(struct machine *machine, struct fuzz_input *input)
{
	struct ring ring =
		ring_area_requests(&machine->area, machine->client.slot);
	uint8_t bytes[32];
	uint8_t size;
	size_t done;

	fuzz_take(input, &size, sizeof(size));
	size %= sizeof(bytes) + 1;
	fuzz_take(input, bytes, size);
	ring.index = atomic_load(&ring.written->bytes);
	ring_write(&ring, bytes, size, &done);
	DEMAND(done <= size);
}

static void look(struct machine *machine, struct fuzz_input *input)
{
	struct ring_client *client = &machine->client;
	uint8_t pause;

	fuzz_take(input, &pause, sizeof(pause));
	machine->now += pause * 8u;
	ring_client_look(client, &machine->area, machine->now);
	switch (client->state) {
	case RING_CLIENT_RECEIVING:
		DEMAND(client->done < RELAY_LENGTH_SIZE + MAX_MESSAGE);
		break;
	case RING_CLIENT_WAITING:
		DEMAND(client->length && client->length <= MAX_MESSAGE);
		DEMAND(client->done == RELAY_LENGTH_SIZE + client->length);
		break;
	case RING_CLIENT_SENDING:
		DEMAND(client->done < RELAY_LENGTH_SIZE + MAX_REPLY);
		break;
	default:
		break;
	}
}

static void reply(struct machine *machine, struct fuzz_input *input)
{
	uint16_t size;

	fuzz_take(input, &size, sizeof(size));
	if (machine->client.state == RING_CLIENT_WAITING)
		ring_client_reply(&machine->client, size % (MAX_REPLY + 1),
				  machine->now);
}

/* The side of an IDS: the header is looked at, then a reply is taken. */
static void attach(struct machine *machine, struct fuzz_input *input)
{
	static uint8_t bytes[4096];
	struct ring_area area;
	struct fathom_error *error;
	struct ring ring;
	uint8_t which;
	size_t done;

	fuzz_take(input, &which, sizeof(which));
	error = ring_area_attach(&area, machine->memory, machine->size);
	if (error) {
		end_of(error);
		return;
	}
	ring = ring_area_replies(&area,
				 ring_area_slot(&area, which % area.slots));
	DEMAND(ring.data >= machine->memory);
	DEMAND(ring.data + ring.capacity <= machine->memory + machine->size);
	fuzz_take(input, &ring.index, sizeof(ring.index));
	ring_read(&ring, bytes, sizeof(bytes), &done);
	DEMAND(done <= sizeof(bytes) && done <= ring.capacity);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct machine machine;

	start(&machine);
	while (input.size) {
		uint8_t what;

		fuzz_take(&input, &what, sizeof(what));
		switch (what % 8) {
		case 0:
			write_word(&machine, &input);
			break;
		case 1:
			open_slot(&machine, &input);
			break;
		case 2:
		case 3:
			write_bytes(&machine, &input);
			break;
		case 4:
			reply(&machine, &input);
			break;
		case 5:
			attach(&machine, &input);
			break;
		default:
			look(&machine, &input);
			break;
		}
	}
	return 0;
}
