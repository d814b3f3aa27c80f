/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Keys are gone when they are said to be: all memory of this process is
 * searched for them. To be searched for, keys have to be kept; they are kept
 * masked, so that the search does not find what it looks for in itself.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fathom/channel.h>
#include <fathom/transport.h>

#include "agent_client.h"
#include "sanitized.h"
#include "seal_rig.h"
#include "sealed_channel.h"

#include <cmocka.h>

#define MASK	  0x5c
#define PART_SIZE (1u << 20)

/*
 * All of a key but its first and last byte: X25519 sets some of their bits
 * (RFC 7748, 5), and OpenSSL does so at once.
 */
#define FIRST 1u
#define LAST  (FATHOM_KEY_SIZE - 2)
struct masked {
	uint8_t bytes[FATHOM_KEY_SIZE];
};

static struct masked mask(const uint8_t *key)
{
	struct masked masked;
	size_t i;

	for (i = 0; i < FATHOM_KEY_SIZE; i++)
		masked.bytes[i] = key[i] ^ MASK;
	return masked;
}

/* Whether the key begins at @at; compares what is there, masked. */
static bool is_at(const struct masked *key, const uint8_t *at)
{
	size_t i;

	for (i = FIRST; i <= LAST; i++) {
		if ((at[i] ^ MASK) != key->bytes[i])
			return false;
	}
	return true;
}

/* Occurrences in one mapping, which is read as a debugger would. */
static unsigned int count_in(int memory, const struct masked *key,
			     unsigned long start, unsigned long end,
			     uint8_t *part)
{
	unsigned int count = 0;
	ssize_t size;
	ssize_t i;

	while (start < end) {
		/* Overlapping, for keys across the end of a part. */
		size = pread(memory, part, PART_SIZE, (off_t)start);
		if (size < (ssize_t)FATHOM_KEY_SIZE)
			break;
		if ((unsigned long)size > end - start)
			size = (ssize_t)(end - start);
		for (i = 0; i + (ssize_t)FATHOM_KEY_SIZE <= size; i++)
			count += is_at(key, part + i);
		if (size < (ssize_t)PART_SIZE)
			break;
		start += PART_SIZE - FATHOM_KEY_SIZE + 1;
	}
	return count;
}

/* The sanitizer's shadow is terabytes of nothing. */
static bool worth_reading(unsigned long start, unsigned long end,
			  const char *rights)
{
	return rights[0] == 'r' && rights[1] == 'w' &&
	       end - start < (SANITIZED ? 1ul << 28 : 1ul << 40);
}

/* Occurrences in all memory that can be written, but for the search's own. */
static unsigned int count(const struct masked *key)
{
	/* Shared, hence a mapping of its own, which can be left out. */
	uint8_t *part = mmap(NULL, PART_SIZE, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start;
	unsigned long end;
	unsigned int found = 0;
	char line[512];
	char rights[8];

	assert_true(part != MAP_FAILED && maps && memory >= 0);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) != 3 ||
		    !worth_reading(start, end, rights))
			continue;
		if (start == (unsigned long)part)
			continue;
		found += count_in(memory, key, start, end, part);
	}
	fclose(maps);
	close(memory);
	munmap(part, PART_SIZE);
	return found;
}

/* The test's own copies go; what is left is the agent's or the channel's. */
static struct masked take(uint8_t *key)
{
	struct masked masked = mask(key);

	crypto_wipe(key, FATHOM_KEY_SIZE);
	return masked;
}

/* Both keys of a session, as the handshake is about to derive them. */
struct session_keys {
	struct masked to_agent;
	struct masked to_ids;
};

static struct session_keys keys_of(const struct noise_handshake *noise)
{
	uint8_t first[CRYPTO_HASH_SIZE];
	uint8_t second[CRYPTO_HASH_SIZE];
	struct session_keys keys;

	assert_true(crypto_hkdf(noise->ck, (struct crypto_bytes){NULL, 0},
				first, second));
	keys.to_agent = take(first);
	keys.to_ids = take(second);
	return keys;
}

static void search_finds(void **state)
{
	uint8_t *key = malloc(FATHOM_KEY_SIZE);
	struct masked masked;

	(void)state;
	assert_non_null(key);
	assert_int_equal(getentropy(key, FATHOM_KEY_SIZE), 0);
	masked = mask(key);
	assert_int_equal(count(&masked), 1);
	crypto_wipe(key, FATHOM_KEY_SIZE);
	assert_int_equal(count(&masked), 0);
	free(key);
}

static void agents_key(void **state)
{
	struct rig *rig = *state;
	struct masked key = take(rig->store.header.private_key);
	const uint8_t *bytes = (const uint8_t *)rig->sealed;
	size_t i;

	assert_int_not_equal(count(&key), 0);
	fathom_sealed_agent_stop(rig->sealed);
	assert_int_equal(count(&key), 0);
	for (i = 0; i < fathom_sealed_agent_size(); i++)
		assert_int_equal(bytes[i], 0);
}

/* A session's keys are there while it lasts, with the agent and the IDS. */
static void session_keys(void **state)
{
	struct rig *rig = *state;
	struct session_keys keys;
	struct rig_ids ids;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	assert_true(rig_serves(rig, &ids, 1));
	keys = keys_of(&ids.noise);
	noise_wipe(&ids.noise);
	/* AES' first round keys are the key itself. */
	assert_true(count(&keys.to_agent) >= 2);
	assert_true(count(&keys.to_ids) >= 2);
	rig_ids_close(&ids);
	assert_int_not_equal(count(&keys.to_agent), 0);
	fathom_sealed_agent_stop(rig->sealed);
	assert_int_equal(count(&keys.to_agent), 0);
	assert_int_equal(count(&keys.to_ids), 0);
}

/* A session that has to make room takes its keys with it. */
static void evicted_session(void **state)
{
	struct rig *rig = *state;
	struct session_keys keys;
	struct rig_ids ids;
	size_t i;

	rig_ids_open(rig, 0, &ids);
	rig_handshake(rig, &ids);
	assert_true(rig_serves(rig, &ids, 1));
	keys = keys_of(&ids.noise);
	rig_ids_close(&ids);
	assert_int_not_equal(count(&keys.to_agent), 0);
	for (i = 0; i < FATHOM_SEALED_AGENT_SESSIONS; i++) {
		rig_ids_open(rig, 1, &ids);
		rig_handshake(rig, &ids);
		assert_true(rig_serves(rig, &ids, 1));
		rig_ids_close(&ids);
	}
	assert_int_equal(count(&keys.to_agent), 0);
	assert_int_equal(count(&keys.to_ids), 0);
}

struct direct {
	struct fathom_transport transport;
	struct rig *rig;
};

static struct fathom_error *direct_exchange(struct fathom_transport *transport,
					    const void *message, size_t size,
					    void *reply, size_t *reply_size)
{
	static struct rig_message answer;
	struct direct *direct = (struct direct *)transport;

	rig_send(direct->rig, message, size, &answer);
	memcpy(reply, answer.bytes, answer.size);
	*reply_size = answer.size;
	return NULL;
}

static void direct_destroy(struct fathom_transport *transport)
{
	(void)transport;
}

static const struct fathom_transport_ops direct_ops = {
	.exchange = direct_exchange,
	.destroy = direct_destroy,
};

/* The round keys of the IDS begin with its key; what is in memory tells it. */
static void channels_key(void **state)
{
	struct rig *rig = *state;
	struct direct direct = {{.ops = &direct_ops}, rig};
	struct fathom_channel *channel;
	struct masked key;
	uint8_t buffer[RIG_SECRET_SIZE];
	uint32_t status;

	client_no_error(fathom_sealed_channel_open(
		&direct.transport, rig->ids[0], rig->agent_key, &channel));
	key = take(rig->ids[0]);
	client_no_error(client_read(channel, FATHOM_SPACE_PHYSICAL, RIG_SECRET,
				    buffer, sizeof(buffer), &status));
	assert_int_not_equal(count(&key), 0);
	channel->ops->destroy(channel);
	assert_int_equal(count(&key), 0);
}

/* A key store that is read and refused leaves nothing behind either. */
static void refused_key_store(void **state)
{
	struct rig *rig = *state;
	struct fathom_sealed_agent_settings settings = rig_settings(rig);
	struct masked key;

	fathom_sealed_agent_stop(rig->sealed);
	memset(rig->store.authorized[RIG_SERVED - 1], 0, FATHOM_KEY_SIZE);
	assert_false(fathom_sealed_agent_start(rig->sealed, &settings));
	key = take(rig->store.header.private_key);
	assert_int_equal(count(&key), 0);
}

#define test(function) \
	cmocka_unit_test_setup_teardown(function, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(search_finds),
		test(agents_key),
		test(session_keys),
		test(evicted_session),
		test(channels_key),
		test(refused_key_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
