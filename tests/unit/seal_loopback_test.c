/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A dump behind sealed messages, in one process: the same as without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent_client.h"
#include "crypto.h"
#include "emulator.h"
#include "loopback.h"

#include <cmocka.h>

#define DUMP_SIZE (1u << 20)

struct sealed_dump {
	char path[32];
	uint8_t *bytes;
	struct fathom_channel *plain;
	struct {
		struct fathom_key_store header;
		uint8_t authorized[FATHOM_KEY_SIZE];
	} store;
	uint8_t ids_key[FATHOM_KEY_SIZE];   /* private */
	uint8_t agent_key[FATHOM_KEY_SIZE]; /* public */
};

static void make_key(uint8_t *private_key, uint8_t *public_key, uint8_t value)
{
	struct crypto_private_key key;

	memset(private_key, value, FATHOM_KEY_SIZE);
	assert_true(crypto_private_key_load(&key, private_key));
	memcpy(public_key, key.public_key, FATHOM_KEY_SIZE);
	crypto_private_key_wipe(&key);
}

static int setup(void **state)
{
	struct sealed_dump *dump = calloc(1, sizeof(*dump));
	FILE *file;
	size_t i;
	int fd;

	assert_non_null(dump);
	dump->bytes = malloc(DUMP_SIZE);
	assert_non_null(dump->bytes);
	for (i = 0; i < DUMP_SIZE; i++)
		dump->bytes[i] = (uint8_t)(i >> 4);
	strcpy(dump->path, "/tmp/fathom-dump-XXXXXX");
	fd = mkstemp(dump->path);
	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(dump->bytes, 1, DUMP_SIZE, file), DUMP_SIZE);
	assert_int_equal(fclose(file), 0);
	client_no_error(fathom_emulator_open_dump(dump->path, &dump->plain));
	dump->store.header.magic = FATHOM_KEY_STORE_MAGIC;
	dump->store.header.version = FATHOM_KEY_STORE_VERSION;
	dump->store.header.count = 1;
	make_key(dump->store.header.private_key, dump->agent_key, 3);
	make_key(dump->ids_key, dump->store.authorized, 4);
	*state = dump;
	return 0;
}

static int teardown(void **state)
{
	struct sealed_dump *dump = *state;

	dump->plain->ops->destroy(dump->plain);
	unlink(dump->path);
	free(dump->bytes);
	free(dump);
	return 0;
}

static void same_as_plain(void **state)
{
	struct sealed_dump *dump = *state;
	struct fathom_transport *transport;
	struct fathom_channel *channel;
	uint8_t buffer[3 * 4096];
	uint32_t status;
	uint64_t at;

	client_no_error(loopback_open(emulator_agent(dump->plain),
				      &dump->store.header, sizeof(dump->store),
				      &transport));
	client_no_error(fathom_sealed_channel_open(transport, dump->ids_key,
						   dump->agent_key, &channel));
	for (at = 0; at + sizeof(buffer) <= DUMP_SIZE; at += 5000) {
		client_no_error(client_read(channel, FATHOM_SPACE_PHYSICAL, at,
					    buffer, sizeof(buffer), &status));
		assert_int_equal(status, FATHOM_WIRE_OK);
		assert_memory_equal(buffer, dump->bytes + at, sizeof(buffer));
	}
	client_no_error(client_read(channel, FATHOM_SPACE_PHYSICAL, DUMP_SIZE,
				    buffer, 8, &status));
	assert_int_equal(status, FATHOM_WIRE_NOT_RAM);
	channel->ops->destroy(channel);
}

static void bad_keys(void **state)
{
	struct sealed_dump *dump = *state;
	struct fathom_transport *transport = NULL;

	dump->store.header.version++;
	client_error_says(loopback_open(emulator_agent(dump->plain),
					&dump->store.header,
					sizeof(dump->store), &transport),
			  "does not start");
	assert_null(transport);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(same_as_plain, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_keys, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
