/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What one call of an agent costs, by the pages that it brings.
 *
 *   bench-calls native DUMP SECONDS
 *	the agent core in this process, over a raw dump: plain, and behind
 *	sealed messages
 *   bench-calls smi SOCKET KEY AGENT-KEY SECONDS
 *	the agent in the firmware of a QEMU guest
 *   bench-calls target URI KEY AGENT-KEY SECONDS
 *	any agent that is reached by sealed messages
 *   bench-calls sequence SOCKET
 *	the number of the last message that this agent was sent
 *
 * Prints words separated by tabs: see bench/firmware.
 */
#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <x86intrin.h>

#include <fathom/channel.h>
#include <fathom/error.h>
#include <fathom/transport.h>
#include <fathom/wire.h>

#include "crypto.h"
#include "emulator.h"
#include "key_file.h"
#include "loopback.h"
#include "target_uri.h"
#include "transport_smi_qemu.h"

#define PAGE	  4096u
#define MAX_PAGES 64u
/* Pages are read from here on: RAM in every machine, below the firmware's. */
#define FIRST_PAGE (16ull << 20)
/* Turns between two looks at the clock. */
#define BATCH 20

static const unsigned int counts[] = {0, 1, 16, 64};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void must(struct fathom_error *error)
{
	if (error)
		errx(1, "%s", error->message);
}

/* A READ of so many pages, each an item of its own. */
struct call {
	unsigned int pages;
	uint8_t request[sizeof(struct fathom_wire_header) +
			sizeof(struct fathom_wire_read) +
			MAX_PAGES * sizeof(struct fathom_wire_read_item)];
	size_t size;
};

static struct call make_call(unsigned int pages)
{
	struct fathom_wire_read read = {.count = pages};
	struct fathom_wire_header header = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = FATHOM_WIRE_READ,
		.length = (uint32_t)(sizeof(read) +
				     pages * sizeof(struct
						    fathom_wire_read_item)),
	};
	struct call call = {.pages = pages};
	uint8_t *at = call.request;
	unsigned int i;

	at = mempcpy(at, &header, sizeof(header));
	at = mempcpy(at, &read, sizeof(read));
	for (i = 0; i < pages; i++) {
		struct fathom_wire_read_item item = {
			.space = FATHOM_SPACE_PHYSICAL,
			.address = FIRST_PAGE + i * PAGE,
			.length = PAGE,
		};

		at = mempcpy(at, &item, sizeof(item));
	}
	call.size = (size_t)(at - call.request);
	return call;
}

static uint8_t reply[FATHOM_WIRE_MAX_REPLY];

static void make(struct fathom_channel *channel, const struct call *call)
{
	struct fathom_wire_header header;
	size_t size;

	must(channel->ops->call(channel, call->request, call->size, reply,
				sizeof(reply), &size));
	memcpy(&header, reply, sizeof(header));
	if (header.status || size < call->pages * PAGE)
		errx(1, "the agent does not bring %u pages", call->pages);
}

/* Seconds of one call: the fastest batch. */
static double measure(struct fathom_channel *channel, const struct call *call,
		      double seconds)
{
	double end = now() + seconds;
	double best = 1e9;
	int i;

	do {
		double began = now();
		double each;

		for (i = 0; i < BATCH; i++)
			make(channel, call);
		each = (now() - began) / BATCH;
		best = each < best ? each : best;
	} while (now() < end);
	return best;
}

/*
 * AES-256-GCM alone, as often as a call has it done: request and reply are
 * sealed on one side and opened on the other.
 */
static double measure_cipher(size_t request, size_t answer, double seconds)
{
	const struct crypto_bytes header[2] = {{"0123456789abcdef01234567", 24},
					       {"0123456789abcdef", 16}};
	static const uint8_t key[CRYPTO_KEY_SIZE] = {1};
	static uint8_t buffer[FATHOM_WIRE_MAX_REPLY + CRYPTO_TAG_SIZE];
	struct crypto_cipher cipher;
	uint8_t nonce[CRYPTO_NONCE_SIZE];
	uint64_t counter = 0;
	size_t sizes[] = {request, answer};
	double end = now() + seconds;
	double best = 1e9;
	size_t i;

	if (!crypto_cipher_create(&cipher) ||
	    !crypto_cipher_set_key(&cipher, key))
		errx(1, "no cipher");
	do {
		double began = now();
		int turn;

		for (turn = 0; turn < BATCH; turn++) {
			for (i = 0; i < 2; i++) {
				crypto_nonce(++counter, nonce);
				crypto_seal(
					&cipher, nonce, header,
					(struct crypto_bytes){buffer, sizes[i]},
					buffer);
				crypto_open(&cipher, nonce, header,
					    (struct crypto_bytes){
						    buffer,
						    sizes[i] + CRYPTO_TAG_SIZE},
					    buffer);
			}
		}
		began = (now() - began) / BATCH;
		best = began < best ? began : best;
	} while (now() < end);
	crypto_cipher_destroy(&cipher);
	return best;
}

/* Copies that sealing adds: into the message, to and from the carrier. */
static double measure_copies(size_t request, size_t answer, double seconds)
{
	static uint8_t from[FATHOM_SEAL_MAX_REPLY];
	static uint8_t to[FATHOM_SEAL_MAX_REPLY];
	double end = now() + seconds;
	double best = 1e9;

	do {
		double began = now();
		int turn;

		for (turn = 0; turn < BATCH; turn++) {
			memcpy(to, from, request);
			__asm__ volatile("" ::: "memory");
			memcpy(to, from, request);
			__asm__ volatile("" ::: "memory");
			memcpy(to, from, answer);
			__asm__ volatile("" ::: "memory");
		}
		began = (now() - began) / BATCH;
		best = began < best ? began : best;
	} while (now() < end);
	return best;
}

/* Time spent beyond the transport: the agent's part of a call. */
struct timed {
	struct fathom_transport transport;
	struct fathom_transport *inner;
	double best;
};

static struct fathom_error *timed_exchange(struct fathom_transport *base,
					   const void *message, size_t size,
					   void *answer, size_t *answer_size)
{
	struct timed *timed = (struct timed *)base;
	double began = now();
	struct fathom_error *error = timed->inner->ops->exchange(
		timed->inner, message, size, answer, answer_size);
	double took = now() - began;

	timed->best = took < timed->best ? took : timed->best;
	return error;
}

static void timed_destroy(struct fathom_transport *base)
{
	struct timed *timed = (struct timed *)base;

	timed->inner->ops->destroy(timed->inner);
}

static const struct fathom_transport_ops timed_ops = {
	.exchange = timed_exchange,
	.destroy = timed_destroy,
};

static void public_of(const uint8_t *private_key, uint8_t *public_key)
{
	struct crypto_private_key key;

	if (!crypto_private_key_load(&key, private_key))
		errx(1, "no X25519");
	memcpy(public_key, key.public_key, FATHOM_KEY_SIZE);
	crypto_private_key_wipe(&key);
}

static struct fathom_channel *open_sealed(struct fathom_channel *plain,
					  struct timed *timed)
{
	struct {
		struct fathom_key_store header;
		uint8_t authorized[FATHOM_KEY_SIZE];
	} store = {.header = {
			   .magic = FATHOM_KEY_STORE_MAGIC,
			   .version = FATHOM_KEY_STORE_VERSION,
			   .count = 1,
			   .private_key = {1},
		   }};
	static const uint8_t ids_key[FATHOM_KEY_SIZE] = {2};
	uint8_t agent_key[FATHOM_KEY_SIZE];
	struct fathom_channel *sealed;

	public_of(store.header.private_key, agent_key);
	public_of(ids_key, store.authorized);
	must(loopback_open(emulator_agent(plain), &store.header, sizeof(store),
			   &timed->inner));
	timed->transport.ops = &timed_ops;
	must(fathom_sealed_channel_open(&timed->transport, ids_key, agent_key,
					&sealed));
	return sealed;
}

static void run_native(const char *dump, double seconds)
{
	struct timed timed = {.best = 1e9};
	struct fathom_channel *channel;
	struct fathom_channel *sealed;
	double plain[sizeof(counts) / sizeof(counts[0])];
	size_t i;

	must(fathom_emulator_open_dump(dump, &channel));
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct call call = make_call(counts[i]);

		plain[i] = measure(channel, &call, seconds);
	}
	sealed = open_sealed(channel, &timed);
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct call call = make_call(counts[i]);
		size_t answer = 24 + counts[i] * (PAGE + 8);
		double time;

		timed.best = 1e9;
		time = measure(sealed, &call, seconds);
		printf("native\t%u\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\n", counts[i],
		       plain[i] * 1e9, time * 1e9, timed.best * 1e9,
		       measure_cipher(call.size, answer, seconds) * 1e9,
		       measure_copies(call.size, answer, seconds) * 1e9);
	}
	sealed->ops->destroy(sealed);
	channel->ops->destroy(channel);
}

static double cycles_per_second(void)
{
	const struct timespec pause = {.tv_nsec = 100000000};
	double began = now();
	uint64_t cycles = __rdtsc();

	nanosleep(&pause, NULL);
	return (double)(__rdtsc() - cycles) / (now() - began);
}

static void run_smi(const char *socket, const char *key, const char *agent_key,
		    double seconds)
{
	double frequency = cycles_per_second();
	struct fathom_transport *transport;
	struct fathom_channel *channel;
	uint8_t private_key[FATHOM_KEY_SIZE];
	uint8_t public_key[FATHOM_KEY_SIZE];
	const struct fathom_mailbox *mailbox;
	size_t i;

	must(fathom_key_file_read(key, true, private_key));
	must(fathom_key_file_read(agent_key, false, public_key));
	must(fathom_transport_open_smi_qemu(socket, &transport));
	mailbox = transport_smi_qemu_mailbox(transport);
	must(fathom_sealed_channel_open(transport, private_key, public_key,
					&channel));
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct call call = make_call(counts[i]);
		double end = now() + seconds;
		uint64_t best = UINT64_MAX;
		double fastest = 1e9;

		do {
			double began = now();
			double took;

			make(channel, &call);
			took = now() - began;
			fastest = took < fastest ? took : fastest;
			best = mailbox->cycles < best ? mailbox->cycles : best;
		} while (now() < end);
		printf("smi\t%u\t%.1f\t%.1f\n", counts[i],
		       (double)best / frequency * 1e6, fastest * 1e6);
	}
	channel->ops->destroy(channel);
}

/* Time is that of a call as the IDS sees it, so pages a second follow. */
static void run_target(const char *uri, const char *key, const char *agent_key,
		       double seconds)
{
	const struct fathom_target_options options = {
		.key = key,
		.agent_key = agent_key,
	};
	struct fathom_channel *channel;
	size_t i;

	must(fathom_target_uri_open(uri, &options, &channel));
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct call call = make_call(counts[i]);
		double time = measure(channel, &call, seconds);

		printf("target\t%u\t%.1f\t%.2f\n", counts[i], time * 1e6,
		       counts[i] * PAGE / time / 1e6);
	}
	channel->ops->destroy(channel);
}

static void print_sequence(const char *socket)
{
	struct fathom_transport *transport;

	must(fathom_transport_open_smi_qemu(socket, &transport));
	printf("%llu\n",
	       (unsigned long long)transport_smi_qemu_mailbox(transport)
		       ->sequence);
	transport->ops->destroy(transport);
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "native")) {
		run_native(argv[2], atof(argv[3]));
	} else if (argc == 6 && !strcmp(argv[1], "smi")) {
		run_smi(argv[2], argv[3], argv[4], atof(argv[5]));
	} else if (argc == 6 && !strcmp(argv[1], "target")) {
		run_target(argv[2], argv[3], argv[4], atof(argv[5]));
	} else if (argc == 3 && !strcmp(argv[1], "sequence")) {
		print_sequence(argv[2]);
	} else {
		fputs("usage: bench-calls native DUMP SECONDS\n"
		      "       bench-calls smi SOCKET KEY AGENT-KEY SECONDS\n"
		      "       bench-calls target URI KEY AGENT-KEY SECONDS\n"
		      "       bench-calls sequence SOCKET\n",
		      stderr);
		return 2;
	}
	return 0;
}
