/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Sealed messages as somebody makes them who does not keep to the rules: made
 * here, and carried to the agent in the firmware as any other.
 */
#include "probe.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include <fathom/seal.h>

#include "agent_client.h"
#include "frame.h"
#include "noise.h"

#define HELLO_SIZE \
	(sizeof(struct fathom_seal_header) + FATHOM_SEAL_HELLO_LENGTH)
/* docs/protocol.md, limits; and many more than that at once. */
#define HELLO_BURST	   8
#define HELLO_MILLISECONDS 100
#define HELLOS		   40

/* One side of a session, without the rules that fathom's own keeps to. */
struct peer {
	struct fathom_transport *transport;
	struct crypto_private_key key;
	struct crypto_cipher send;
	struct crypto_cipher receive;
	struct noise_handshake noise;
	uint32_t session;
	uint8_t message[FATHOM_SEAL_MAX_REQUEST];
	uint8_t answer[FATHOM_SEAL_MAX_REPLY];
	size_t answer_size;
};

static struct peer peer;

static uint64_t real_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void peer_open(void)
{
	memset(&peer, 0, sizeof(peer));
	client_no_error(
		fathom_transport_open_smi_qemu(probe.socket, &peer.transport));
	assert_true(crypto_private_key_load(&peer.key, probe.ids_key));
	assert_true(crypto_cipher_create(&peer.send));
	assert_true(crypto_cipher_create(&peer.receive));
}

static void peer_close(void)
{
	noise_wipe(&peer.noise);
	crypto_cipher_destroy(&peer.send);
	crypto_cipher_destroy(&peer.receive);
	crypto_private_key_wipe(&peer.key);
	peer.transport->ops->destroy(peer.transport);
}

/* Carry the message; the agent's answer may be silence. */
static void exchange(size_t size)
{
	client_no_error(peer.transport->ops->exchange(
		peer.transport, peer.message, size, peer.answer,
		&peer.answer_size));
}

static void write_hello(uint64_t time)
{
	static const struct crypto_bytes prologue = {
		FATHOM_SEAL_PROLOGUE, sizeof(FATHOM_SEAL_PROLOGUE) - 1};
	struct fathom_seal_header header =
		frame_header(FATHOM_SEAL_HELLO, 0, 0, FATHOM_SEAL_HELLO_LENGTH);
	struct fathom_seal_hello hello = {time};

	noise_wipe(&peer.noise);
	memset(&peer.noise, 0, sizeof(peer.noise));
	memcpy(peer.message, &header, sizeof(header));
	assert_true(
		noise_start(&peer.noise, &peer.key, probe.agent_key, prologue));
	assert_true(crypto_private_key_generate(&peer.noise.e));
	assert_true(noise_write_hello(
		&peer.noise, (struct crypto_bytes){&hello, sizeof(hello)},
		peer.message + sizeof(header)));
}

static void read_welcome(void)
{
	struct fathom_seal_welcome welcome;
	struct fathom_seal_header header;

	assert_true(frame_parse(peer.answer, peer.answer_size, &header));
	assert_int_equal(header.type, FATHOM_SEAL_WELCOME);
	assert_true(noise_read_welcome(
		&peer.noise,
		(struct crypto_bytes){peer.answer + sizeof(header),
				      header.length},
		(uint8_t *)&welcome));
	assert_true(noise_split(&peer.noise, &peer.send, &peer.receive));
	peer.session = welcome.session;
}

/* All the hellos that the agent takes at once are to be had again. */
static void wait_for_ration(void)
{
	usleep(2 * HELLO_BURST * HELLO_MILLISECONDS * 1000);
}

/* A sealed READ of @length bytes of our memory: its size. */
static size_t seal_read(uint64_t counter, uint32_t length)
{
	struct {
		struct fathom_wire_header header;
		struct fathom_wire_read read;
		struct fathom_wire_read_item item;
	} request = {
		.header = {.magic = FATHOM_WIRE_MAGIC,
			   .version = FATHOM_WIRE_VERSION,
			   .type = FATHOM_WIRE_READ,
			   .length =
				   sizeof(request.read) + sizeof(request.item)},
		.read = {1, 0},
		.item = {FATHOM_SPACE_PHYSICAL, table_address(8), length, 0},
	};
	struct fathom_seal_header header =
		frame_header(FATHOM_SEAL_REQUEST, peer.session, counter, 0);
	size_t size;

	memcpy(peer.message + sizeof(header), &request, sizeof(request));
	size = frame_seal(&peer.send, &header, NULL, peer.message,
			  sizeof(request));
	assert_true(size);
	return size;
}

/* The answer to the message of @size bytes is the data that we asked for. */
static void assert_answered(size_t size, uint32_t length)
{
	static uint8_t plain[FATHOM_SEAL_MAX_REPLY];
	size_t data = sizeof(struct fathom_wire_header) +
		      sizeof(struct fathom_wire_read_reply) +
		      sizeof(struct fathom_wire_read_result);
	struct fathom_seal_header header;

	assert_true(frame_parse(peer.answer, peer.answer_size, &header));
	assert_int_equal(header.type, FATHOM_SEAL_REPLY);
	assert_true(frame_open(&peer.receive, &header,
			       frame_tag(peer.message, size), peer.answer,
			       plain));
	assert_int_equal(header.length, data + length + FATHOM_SEAL_TAG_SIZE);
	assert_memory_equal(plain + data, table(8), length);
}

/* Neither is the message taken, nor does it spoil the session. */
void no_byte_of_a_request_may_change(void **state)
{
	const uint32_t length = 100;
	size_t size;
	size_t i;

	(void)state;
	plant_tables();
	peer_open();
	write_hello(real_time());
	exchange(HELLO_SIZE);
	read_welcome();
	size = seal_read(1, length);
	for (i = 0; i < size; i++) {
		uint8_t flipped = (uint8_t)(1u << i % 8);

		peer.message[i] ^= flipped;
		exchange(size);
		if (peer.answer_size)
			fail_msg("byte %zu of a request may be changed", i);
		peer.message[i] ^= flipped;
	}
	/* Cut short, and longer than it is. */
	exchange(size - 1);
	assert_int_equal(peer.answer_size, 0);
	exchange(size + 1);
	assert_int_equal(peer.answer_size, 0);
	exchange(size);
	assert_answered(size, length);
	/* The same once more, and one with an old number. */
	exchange(size);
	assert_int_equal(peer.answer_size, 0);
	size = seal_read(3, length);
	exchange(size);
	assert_answered(size, length);
	exchange(seal_read(2, length));
	assert_int_equal(peer.answer_size, 0);
	print_message("%zu bytes flipped, each refused\n", i);
	peer_close();
}

void a_hello_counts_once(void **state)
{
	uint64_t time = real_time();

	(void)state;
	peer_open();
	wait_for_ration();
	write_hello(time);
	exchange(HELLO_SIZE);
	read_welcome();
	exchange(HELLO_SIZE);
	assert_int_equal(peer.answer_size, 0);
	/* Of the same time, and of an earlier one. */
	write_hello(time);
	exchange(HELLO_SIZE);
	assert_int_equal(peer.answer_size, 0);
	write_hello(time - 1);
	exchange(HELLO_SIZE);
	assert_int_equal(peer.answer_size, 0);
	/* It was not for want of patience. */
	write_hello(real_time());
	exchange(HELLO_SIZE);
	read_welcome();
	peer_close();
}

/* The session of the request that is in the mailbox. */
static uint32_t session_in_use(void)
{
	struct fathom_seal_header header;

	calls_in_a_row(1);
	memcpy(&header, probe.ram + probe.mailbox + mailbox()->request_offset,
	       sizeof(header));
	assert_int_equal(header.type, FATHOM_SEAL_REQUEST);
	return header.session;
}

/* They cost the machine time; and nobody's session makes room for so many. */
void hellos_are_rationed(void **state)
{
	uint32_t session = session_in_use();
	unsigned int answered = 0;
	unsigned int allowed;
	double began;
	double spent;
	unsigned int i;

	(void)state;
	peer_open();
	wait_for_ration();
	began = seconds();
	for (i = 0; i < HELLOS; i++) {
		write_hello(real_time());
		exchange(HELLO_SIZE);
		answered += peer.answer_size > 0;
	}
	spent = seconds() - began;
	/*
	 * Two clocks: let one be a tenth faster. The agent's may be much
	 * slower, if the machine stood still while its firmware measured it.
	 */
	allowed = HELLO_BURST + 1 +
		  (unsigned int)(spent * 1100 / HELLO_MILLISECONDS);
	print_message("%u hellos in %.2f s: %u answered, %u allowed\n", HELLOS,
		      spent, answered, allowed);
	assert_true(answered > 0);
	assert_true(answered <= allowed);
	assert_int_equal(session_in_use(), session);
	peer_close();
}

static void assert_silence(const uint8_t *ids_key, const uint8_t *agent_key)
{
	struct fathom_transport *transport;
	struct fathom_channel *channel;

	client_no_error(
		fathom_transport_open_smi_qemu(probe.socket, &transport));
	client_error_says(fathom_sealed_channel_open(transport, ids_key,
						     agent_key, &channel),
			  "keeps silent");
}

void strangers_get_silence(void **state)
{
	struct crypto_private_key other;
	uint8_t key[FATHOM_KEY_SIZE];

	(void)state;
	memset(key, 0x5a, sizeof(key));
	assert_true(crypto_private_key_load(&other, key));
	wait_for_ration();
	assert_silence(key, probe.agent_key);
	assert_silence(probe.ids_key, other.public_key);
	crypto_private_key_wipe(&other);
	calls_in_a_row(1);
}
