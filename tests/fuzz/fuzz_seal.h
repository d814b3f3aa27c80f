/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A sealed agent for the fuzz targets of both of its sides: over 64 KiB of
 * RAM, with fixed keys, numbers that only look random, and a clock in which
 * handshakes are never too frequent.
 */
#ifndef FUZZ_SEAL_H
#define FUZZ_SEAL_H

#include <fathom/sealed_agent.h>

#include "frame.h"
#include "fuzz.h"
#include "noise.h"
#include "platform.h"

#define RAM_SIZE  0x10000u
#define MAX_REPLY (16u * 1024)

static uint8_t fuzz_ram[RAM_SIZE];

/* The same in each run: xorshift64. */
bool fathom_platform_random(void *buffer, size_t size)
{
	static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	uint8_t *to = buffer;

	while (size--) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		*to++ = (uint8_t)state;
	}
	return true;
}

static uint32_t fuzz_read(void *context, uint64_t address, void *buffer,
			  uint32_t size)
{
	(void)context;
	DEMAND(address < RAM_SIZE && size <= RAM_SIZE - address);
	memcpy(buffer, fuzz_ram + address, size);
	return FATHOM_WIRE_OK;
}

static uint32_t fuzz_cpus(void *context, const struct fathom_wire_cpu **cpus,
			  uint32_t *count)
{
	(void)context;
	*cpus = NULL;
	*count = 0;
	return FATHOM_WIRE_OK;
}

static uint64_t fuzz_milliseconds(void *context)
{
	static uint64_t now;

	(void)context;
	return now += 1000;
}

static const struct fathom_agent_port fuzz_port = {
	.read = fuzz_read,
	.cpus = fuzz_cpus,
};

static const struct fathom_sealed_agent_port fuzz_sealed_port = {
	.milliseconds = fuzz_milliseconds,
};

static const struct fathom_wire_range fuzz_range = {0, RAM_SIZE};

static struct fathom_agent fuzz_agent = {
	.port = &fuzz_port,
	.ranges = &fuzz_range,
	.range_count = 1,
	.limits =
		{
			.max_request = 1024,
			.max_reply = MAX_REPLY,
			.max_items = 16,
			.max_scan = RAM_SIZE,
		},
};

/** The keys of both sides. */
struct fuzz_keys {
	uint8_t ids[FATHOM_KEY_SIZE];	/* private */
	uint8_t agent[FATHOM_KEY_SIZE]; /* public */
};

static void fuzz_public_key(const uint8_t *private_key, uint8_t *public_key)
{
	struct crypto_private_key key;

	DEMAND(crypto_private_key_load(&key, private_key));
	memcpy(public_key, key.public_key, FATHOM_KEY_SIZE);
	crypto_private_key_wipe(&key);
}

/** Started once: its sessions outlive one input, which does no harm. */
static struct fathom_sealed_agent *fuzz_sealed_agent(struct fuzz_keys *keys)
{
	static uint8_t request[1024];
	static uint8_t reply[MAX_REPLY + FATHOM_SEAL_OVERHEAD];
	struct {
		struct fathom_key_store header;
		uint8_t authorized[FATHOM_KEY_SIZE];
	} store = {
		.header =
			{
				.magic = FATHOM_KEY_STORE_MAGIC,
				.version = FATHOM_KEY_STORE_VERSION,
				.count = 1,
			},
	};
	const struct fathom_sealed_agent_settings settings = {
		.port = &fuzz_sealed_port,
		.agent = &fuzz_agent,
		.keys = &store.header,
		.keys_size = sizeof(store),
		.request = request,
		.reply = reply,
	};
	struct fathom_sealed_agent *sealed = malloc(fathom_sealed_agent_size());
	size_t i;

	for (i = 0; i < RAM_SIZE; i++)
		fuzz_ram[i] = (uint8_t)(i * 7 >> 3);
	fathom_platform_random(store.header.private_key, FATHOM_KEY_SIZE);
	fathom_platform_random(keys->ids, FATHOM_KEY_SIZE);
	fuzz_public_key(keys->ids, store.authorized);
	fuzz_public_key(store.header.private_key, keys->agent);
	DEMAND(sealed && fathom_sealed_agent_start(sealed, &settings));
	return sealed;
}

#endif /* FUZZ_SEAL_H */
