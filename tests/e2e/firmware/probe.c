/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What an IDS may ask an agent in firmware and shall not get, and what others
 * may do to its mailbox meanwhile. Run by firmware_test.sh against a lab that
 * it has booted with memory set aside for page tables:
 *
 * firmware-probe SOCKET IDS_KEY AGENT_KEY KEY_STORE RAM_FILE TABLES SMRAM
 *                MAILBOX SIZE [disturbed]
 *
 * KEY_STORE is the agent's, to look for its private key. TABLES is the address
 * of 1 MiB of RAM that the guest does not use, SMRAM the first address of the
 * TSEG, MAILBOX and SIZE what table FTHM says. RAM is below 2 GiB, so that an
 * address is an offset in its file.
 */
#include "probe.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "agent_client.h"
#include "key_file.h"
#include "qmp.h"

#define CALLS 10000

/* Of a race: as long as it takes to see both ends of it, but not for ever. */
#define RACE_S	   3
#define RACE_MAX_S 60

struct probe probe;

static struct fathom_channel *open_channel(void)
{
	struct fathom_transport *transport;
	struct fathom_channel *channel;

	client_no_error(
		fathom_transport_open_smi_qemu(probe.socket, &transport));
	client_no_error(fathom_sealed_channel_open(transport, probe.ids_key,
						   probe.agent_key, &channel));
	return channel;
}

const uint8_t *probe_ask(uint16_t type, const void *body, size_t size,
			 size_t *length, uint32_t *status)
{
	static uint8_t request[FATHOM_WIRE_MAX_REQUEST];
	static uint8_t reply[FATHOM_WIRE_MAX_REPLY];
	struct fathom_wire_header header = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = type,
		.length = (uint32_t)size,
	};
	size_t got = 0;

	assert_true(size <= sizeof(request) - sizeof(header));
	memcpy(request, &header, sizeof(header));
	memcpy(request + sizeof(header), body, size);
	client_no_error(probe.channel->ops->call(probe.channel, request,
						 sizeof(header) + size, reply,
						 sizeof(reply), &got));
	assert_true(got >= sizeof(header));
	memcpy(&header, reply, sizeof(header));
	assert_int_equal(header.type, type | FATHOM_WIRE_REPLY);
	assert_int_equal(got, sizeof(header) + header.length);
	*length = header.length;
	*status = header.status;
	return header.status ? NULL : reply + sizeof(header);
}

static uint32_t read_status(uint64_t space, uint64_t address, void *buffer,
			    uint32_t length)
{
	uint32_t status = UINT32_MAX;

	client_no_error(client_read(probe.channel, space, address, buffer,
				    length, &status));
	return status;
}

/* Not one byte: the buffer stays what it was. */
static void assert_refused(uint64_t address)
{
	uint64_t value = 0x1122334455667788;

	if (read_status(FATHOM_SPACE_PHYSICAL, address, &value,
			sizeof(value)) != FATHOM_WIRE_NOT_RAM)
		fail_msg("%#jx is not refused", (uintmax_t)address);
	assert_int_equal(value, 0x1122334455667788);
}

static void devices_are_refused(void **state)
{
	(void)state;
	assert_refused(LOCAL_APIC);
	assert_refused(IO_APIC);
	assert_refused(PCI_CONFIG);
	assert_refused(FLASH);
	assert_refused(0xfffffff8);
	assert_refused(0xc0000);
	assert_refused(probe.smram + (16u << 20));
}

static void what_is_nowhere_is_refused(void **state)
{
	(void)state;
	assert_refused(BEYOND_RAM);
	assert_refused(HIGHEST_ADDRESS);
	assert_refused(UINT64_MAX - 7);
}

/* The last bytes before the mailbox are RAM; the read stops there. */
static void reads_stop_at_the_edge(void **state)
{
	uint8_t buffer[64];

	(void)state;
	memset(buffer, 0xaa, sizeof(buffer));
	assert_int_equal(read_status(FATHOM_SPACE_PHYSICAL, probe.mailbox - 16,
				     buffer, sizeof(buffer)),
			 FATHOM_WIRE_NOT_RAM);
	assert_memory_equal(buffer, probe.ram + probe.mailbox - 16, 16);
	assert_int_equal(buffer[16], 0xaa);
}

uint64_t *table(unsigned int number)
{
	return (uint64_t *)(probe.ram + probe.tables + number * PAGE);
}

uint64_t table_address(unsigned int number)
{
	return probe.tables + number * PAGE;
}

void plant_tables(void)
{
	unsigned int level;
	unsigned int i;

	memset(probe.ram + probe.tables, 0, TABLES_SIZE);
	for (level = 0; level < 3; level++)
		table(level)[1] = table_address(level + 1) | PRESENT | WRITABLE;
	for (i = 0; i < 16; i++) {
		table(3)[1 + i] = table_address(8 + i) | PRESENT | NX;
		memset(probe.ram + table_address(8 + i), 0x40 + (int)i, PAGE);
	}
}

static uint32_t walk_status(uint64_t space, uint64_t address)
{
	uint64_t value = 0x1122334455667788;
	uint32_t status = read_status(space, address, &value, sizeof(value));

	if (status != FATHOM_WIRE_OK)
		assert_int_equal(value, 0x1122334455667788);
	return status;
}

/* The value at ADDRESS when entry 1 of the table at @level is @entry. */
static uint32_t broken_status(unsigned int level, uint64_t entry)
{
	plant_tables();
	table(level)[1] = entry;
	return walk_status(ROOT, ADDRESS);
}

static void good_tables_are_walked(void **state)
{
	uint8_t buffer[3 * PAGE];

	(void)state;
	plant_tables();
	assert_int_equal(read_status(ROOT, ADDRESS + 100, buffer, 2 * PAGE),
			 FATHOM_WIRE_OK);
	assert_memory_equal(buffer, probe.ram + table_address(8) + 100,
			    2 * PAGE);
	assert_int_equal(walk_status(ROOT, ADDRESS - PAGE),
			 FATHOM_WIRE_NOT_MAPPED);
	assert_int_equal(walk_status(ROOT, 0x800000000000),
			 FATHOM_WIRE_NON_CANONICAL);
}

/* Wherever in the tables it stands, and as a root. */
static void tables_into(uint64_t address)
{
	unsigned int level;

	for (level = 0; level < 4; level++)
		assert_int_equal(broken_status(level, address | PRESENT),
				 FATHOM_WIRE_NOT_RAM);
	assert_int_equal(walk_status(address | FATHOM_SPACE_4_LEVEL, ADDRESS),
			 FATHOM_WIRE_NOT_RAM);
	assert_int_equal(walk_status(address | FATHOM_SPACE_5_LEVEL, ADDRESS),
			 FATHOM_WIRE_NOT_RAM);
}

static void tables_into_smram(void **state)
{
	(void)state;
	tables_into(probe.smram);
	tables_into(probe.smram + (8u << 20));
	tables_into(LEGACY_SMRAM);
	tables_into(DEFAULT_SMBASE);
	/* As one page of 2 MiB. */
	assert_int_equal(broken_status(2, probe.smram | LARGE | PRESENT),
			 FATHOM_WIRE_NOT_RAM);
}

static void tables_into_devices_and_mailbox(void **state)
{
	(void)state;
	tables_into(LOCAL_APIC);
	tables_into(PCI_CONFIG);
	tables_into(FLASH);
	tables_into(probe.mailbox);
}

static void tables_beyond_ram(void **state)
{
	(void)state;
	tables_into(BEYOND_RAM);
	tables_into(HIGHEST_ADDRESS);
}

/* One page of 1 GiB that holds RAM, SMRAM and the mailbox. */
static void large_page_over_everything(void **state)
{
	uint64_t base = ADDRESS & ~((1ull << 30) - 1);
	uint8_t buffer[16];

	(void)state;
	plant_tables();
	table(1)[1] = 0 | LARGE | PRESENT;
	assert_int_equal(read_status(ROOT, base + table_address(9), buffer,
				     sizeof(buffer)),
			 FATHOM_WIRE_OK);
	assert_memory_equal(buffer, probe.ram + table_address(9),
			    sizeof(buffer));
	assert_int_equal(walk_status(ROOT, base + probe.smram),
			 FATHOM_WIRE_NOT_RAM);
	assert_int_equal(walk_status(ROOT, base + probe.mailbox),
			 FATHOM_WIRE_NOT_RAM);
	assert_int_equal(walk_status(ROOT, base + LEGACY_SMRAM),
			 FATHOM_WIRE_NOT_RAM);
}

/* Each level points at the table it stands in: the data is the table. */
static void tables_that_map_themselves(void **state)
{
	uint64_t value = 0;

	(void)state;
	memset(probe.ram + probe.tables, 0, TABLES_SIZE);
	table(0)[1] = table_address(0) | PRESENT;
	assert_int_equal(read_status(ROOT, ADDRESS + 8, &value, sizeof(value)),
			 FATHOM_WIRE_OK);
	assert_int_equal(value, table_address(0) | PRESENT);
	assert_int_equal(read_status(probe.tables | FATHOM_SPACE_5_LEVEL,
				     ADDRESS | 1ull << 48 | 8, &value,
				     sizeof(value)),
			 FATHOM_WIRE_OK);
	assert_int_equal(value, table_address(0) | PRESENT);
}

static void reserved_bits(void **state)
{
	(void)state;
	assert_int_equal(broken_status(0, table_address(1) | LARGE | PRESENT),
			 FATHOM_WIRE_BAD_TABLE);
	assert_int_equal(broken_status(1, (1u << 13) | LARGE | PRESENT),
			 FATHOM_WIRE_BAD_TABLE);
	assert_int_equal(broken_status(2, (1u << 20) | LARGE | PRESENT),
			 FATHOM_WIRE_BAD_TABLE);
	assert_int_equal(broken_status(3, 0xffffffffffffffff),
			 FATHOM_WIRE_NOT_RAM);
	assert_int_equal(walk_status(probe.tables | 6, ADDRESS),
			 FATHOM_WIRE_BAD_TABLE);
}

double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

volatile struct fathom_mailbox *mailbox(void)
{
	return (struct fathom_mailbox *)(probe.ram + probe.mailbox);
}

/* Read a different piece of our pages; they hold what plant_tables() wrote. */
static struct fathom_error *read_piece(unsigned int number, uint8_t *buffer,
				       uint32_t *length, uint64_t *offset)
{
	struct fathom_error *error;
	uint32_t status = UINT32_MAX;

	*length = 1 + number % 255;
	*offset = (uint64_t)(number % 15) * PAGE + number % PAGE;
	error = client_read(probe.channel, ROOT, ADDRESS + *offset, buffer,
			    *length, &status);
	if (!error)
		assert_int_equal(status, FATHOM_WIRE_OK);
	return error;
}

static void assert_piece(const uint8_t *buffer, uint32_t length,
			 uint64_t offset)
{
	assert_memory_equal(buffer, probe.ram + table_address(8) + offset,
			    length);
}

void calls_in_a_row(unsigned int count)
{
	uint64_t cycles = 0;
	double began = seconds();
	uint8_t buffer[256];
	unsigned int i;

	plant_tables();
	for (i = 0; i < count; i++) {
		uint32_t length;
		uint64_t offset;

		client_no_error(read_piece(i, buffer, &length, &offset));
		assert_piece(buffer, length, offset);
		cycles += mailbox()->cycles;
	}
	print_message("%u calls: %.0f us each, %ju cycles in the handler\n",
		      count, (seconds() - began) / count * 1e6,
		      (uintmax_t)(cycles / count));
}

static void ten_thousand_calls(void **state)
{
	(void)state;
	calls_in_a_row(CALLS);
}

/* For use while something in the guest disturbs. */
static void some_calls(void **state)
{
	(void)state;
	calls_in_a_row(CALLS / 20);
}

/* The command port gets @command; the caller knows what that does. */
static void ring(struct qmp *qmp, unsigned int command)
{
	char line[32];
	char *text;

	snprintf(line, sizeof(line), "o /b 0x%x 0x%x", FATHOM_SMI_PORT,
		 command);
	client_no_error(qmp_monitor(qmp, line, &text));
	free(text);
}

/* Put a message of @size bytes there, whatever @size says, and ring. */
static void raw_call(struct qmp *qmp, uint32_t size)
{
	uint64_t sequence = mailbox()->sequence + 1;
	double until = seconds() + 5;

	mailbox()->reply_size = 0xdeadbeef;
	mailbox()->request_size = size;
	mailbox()->sequence = sequence;
	ring(qmp, FATHOM_SMI_COMMAND);
	while (mailbox()->done != sequence) {
		if (seconds() > until)
			fail_msg("no answer to a message of %u bytes", size);
		usleep(100);
	}
	assert_int_equal(mailbox()->reply_size, 0);
}

static void impossible_sizes_get_silence(void **state)
{
	static const uint32_t sizes[] = {0,	     1,		 23,
					 24,	     65536,	 0x7fffffff,
					 0x80000000, 0xfffffff0, 0xffffffff};
	uint32_t capacity = mailbox()->request_capacity;
	struct qmp *qmp;
	size_t i;

	(void)state;
	client_no_error(qmp_connect(probe.socket, 10000, &qmp));
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		raw_call(qmp, sizes[i]);
	raw_call(qmp, capacity - 1);
	raw_call(qmp, capacity);
	raw_call(qmp, capacity + 1);
	qmp_close(qmp);
	calls_in_a_row(1);
}

/* The port keeps its value, and others raise SMIs: nothing is done twice. */
static void other_smis_do_nothing(void **state)
{
	struct qmp *qmp;
	uint64_t done;
	unsigned int i;

	(void)state;
	calls_in_a_row(1);
	done = mailbox()->done;
	mailbox()->reply_size = 0xdeadbeef;
	client_no_error(qmp_connect(probe.socket, 10000, &qmp));
	for (i = 0; i < 200; i++)
		ring(qmp, i % 2 ? FATHOM_SMI_COMMAND : 0x77);
	/* QMP answers before the SMI is taken: the last of ours may be late. */
	usleep(2000000);
	/* One that is not for us, although there is a message. */
	mailbox()->sequence = done + 1;
	ring(qmp, 0x77);
	usleep(200000);
	assert_int_equal(mailbox()->done, done);
	assert_int_equal(mailbox()->reply_size, 0xdeadbeef);
	mailbox()->sequence = done;
	qmp_close(qmp);
	calls_in_a_row(10);
}

struct scribbler {
	pthread_t thread;
	atomic_bool stop;
	size_t start; /* in the mailbox */
	size_t size;
	unsigned int rest_ms; /* the longest */
};

#define BURST 20000 /* bytes written without a pause: a fifth of a ms */

/*
 * But for the owner: 8 s must pass until a mark of nobody's is taken for a dead
 * one's. (The intruder in the guest writes it, too.)
 */
static bool is_owner(size_t offset)
{
	size_t owner = offsetof(struct fathom_mailbox, owner);

	return offset >= owner && offset < owner + sizeof(uint64_t);
}

static void write_garbage(const struct scribbler *scribbler, uint64_t *random)
{
	volatile uint8_t *bytes = probe.ram + probe.mailbox;
	unsigned int i;

	for (i = 0; i < BURST; i++) {
		size_t offset;

		*random ^= *random << 13;
		*random ^= *random >> 7;
		*random ^= *random << 17;
		offset = scribbler->start + (*random >> 8) % scribbler->size;
		if (!is_owner(offset))
			bytes[offset] = (uint8_t)*random;
	}
}

/*
 * Not stopped by the SMI as the guest's own CPUs are: the harder case. With
 * pauses, of all lengths, so that it begins and ends at any time of a call, and
 * some calls come through.
 */
static void *scribble(void *argument)
{
	struct scribbler *scribbler = argument;
	uint64_t random = 88172645463325252;

	while (!atomic_load(&scribbler->stop)) {
		write_garbage(scribbler, &random);
		usleep((useconds_t)(random >> 16) %
		       (scribbler->rest_ms * 1000));
	}
	return NULL;
}

/*
 * A carrier does not raise an SMI at a header that it does not know. The next
 * one that somebody else raises puts it right.
 */
static void ring_once(void)
{
	struct qmp *qmp;

	client_no_error(qmp_connect(probe.socket, 10000, &qmp));
	ring(qmp, FATHOM_SMI_COMMAND);
	qmp_close(qmp);
}

/* Right data or an error that says something; the channel may have failed. */
static void race_once(unsigned int number, unsigned int *good,
		      unsigned int *bad)
{
	struct fathom_error *error;
	uint8_t buffer[256];
	uint32_t length;
	uint64_t offset;

	error = read_piece(number, buffer, &length, &offset);
	if (!error) {
		assert_piece(buffer, length, offset);
		++*good;
		return;
	}
	assert_true(strlen(error->message) > 10);
	fathom_error_destroy(error);
	++*bad;
	ring_once();
}

static void race_for_some_time(unsigned int *good, unsigned int *bad)
{
	double began = seconds();
	double spent;

	do {
		race_once(*good + *bad, good, bad);
		spent = seconds() - began;
	} while (spent < RACE_S || ((!*good || !*bad) && spent < RACE_MAX_S));
}

/* Some calls are spoilt, others are not; afterwards all is as before. */
static void race(size_t start, size_t size, unsigned int rest_ms)
{
	struct scribbler scribbler = {
		.start = start, .size = size, .rest_ms = rest_ms};
	unsigned int good = 0;
	unsigned int bad = 0;

	plant_tables();
	assert_int_equal(
		pthread_create(&scribbler.thread, NULL, scribble, &scribbler),
		0);
	race_for_some_time(&good, &bad);
	atomic_store(&scribbler.stop, true);
	pthread_join(scribbler.thread, NULL);
	print_message("%u calls answered rightly, %u failed\n", good, bad);
	assert_true(good > 0);
	assert_true(bad > 0);
	ring_once();
	probe.channel->ops->destroy(probe.channel);
	probe.channel = open_channel();
	calls_in_a_row(10);
}

static void request_rewritten_meanwhile(void **state)
{
	(void)state;
	race(mailbox()->request_offset, 160, 20);
}

static void reply_rewritten_meanwhile(void **state)
{
	(void)state;
	race(mailbox()->reply_offset, 400, 20);
}

/* A call whose number is lost takes 4 s. */
static void sizes_and_numbers_rewritten_meanwhile(void **state)
{
	size_t start = offsetof(struct fathom_mailbox, sequence);

	(void)state;
	race(start, sizeof(struct fathom_mailbox) - start, 400);
}

static void layout_rewritten_meanwhile(void **state)
{
	(void)state;
	race(0, offsetof(struct fathom_mailbox, owner), 100);
}

static void everything_rewritten_meanwhile(void **state)
{
	(void)state;
	race(0, probe.mailbox_size, 400);
}

static int set_up(void **state)
{
	(void)state;
	probe.channel = open_channel();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	probe.channel->ops->destroy(probe.channel);
	return 0;
}

static uint8_t *map_ram(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	off_t size = lseek(fd, 0, SEEK_END);
	void *ram = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 fd, 0);

	if (fd < 0 || ram == MAP_FAILED) {
		perror(path);
		exit(2);
	}
	close(fd);
	return ram;
}

/* As struct fathom_key_store has it. */
static void read_agent_private_key(const char *path)
{
	struct fathom_key_store store;
	FILE *file = fopen(path, "rbe");

	if (!file || fread(&store, sizeof(store), 1, file) != 1 ||
	    store.magic != FATHOM_KEY_STORE_MAGIC) {
		fprintf(stderr, "%s: no key store\n", path);
		exit(2);
	}
	fclose(file);
	memcpy(probe.agent_private_key, store.private_key, FATHOM_KEY_SIZE);
}

static void read_key(const char *path, bool private_key, uint8_t *key)
{
	struct fathom_error *error =
		fathom_key_file_read(path, private_key, key);

	if (error) {
		fprintf(stderr, "%s\n", error->message);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_tables_are_walked),
		cmocka_unit_test(all_of_smram_is_refused),
		cmocka_unit_test(all_of_the_mailbox_is_refused),
		cmocka_unit_test(devices_are_refused),
		cmocka_unit_test(what_is_nowhere_is_refused),
		cmocka_unit_test(reads_stop_at_the_edge),
		cmocka_unit_test(tables_into_smram),
		cmocka_unit_test(tables_into_devices_and_mailbox),
		cmocka_unit_test(tables_beyond_ram),
		cmocka_unit_test(large_page_over_everything),
		cmocka_unit_test(tables_that_map_themselves),
		cmocka_unit_test(reserved_bits),
		cmocka_unit_test(scan_finds_no_marker_out_of_ram),
		cmocka_unit_test(scan_stops_at_the_edge),
		cmocka_unit_test(scan_finds_no_private_key),
		cmocka_unit_test(follow_brings_what_it_may),
		cmocka_unit_test(follow_brings_nothing_else),
		cmocka_unit_test(no_byte_of_a_request_may_change),
		cmocka_unit_test(a_hello_counts_once),
		cmocka_unit_test(hellos_are_rationed),
		cmocka_unit_test(strangers_get_silence),
		cmocka_unit_test(impossible_sizes_get_silence),
		cmocka_unit_test(other_smis_do_nothing),
		cmocka_unit_test(request_rewritten_meanwhile),
		cmocka_unit_test(reply_rewritten_meanwhile),
		cmocka_unit_test(sizes_and_numbers_rewritten_meanwhile),
		cmocka_unit_test(layout_rewritten_meanwhile),
		cmocka_unit_test(everything_rewritten_meanwhile),
		cmocka_unit_test(ten_thousand_calls),
	};
	const struct CMUnitTest disturbed[] = {
		cmocka_unit_test(some_calls),
	};

	if (argc != 10 && argc != 11) {
		fprintf(stderr,
			"usage: firmware-probe SOCKET IDS_KEY AGENT_KEY KEY_STORE RAM_FILE TABLES SMRAM MAILBOX SIZE [disturbed]\n");
		return 2;
	}
	probe.socket = argv[1];
	read_key(argv[2], true, probe.ids_key);
	read_key(argv[3], false, probe.agent_key);
	read_agent_private_key(argv[4]);
	probe.ram = map_ram(argv[5]);
	probe.tables = strtoull(argv[6], NULL, 0);
	probe.smram = strtoull(argv[7], NULL, 0);
	probe.mailbox = strtoull(argv[8], NULL, 0);
	probe.mailbox_size = strtoull(argv[9], NULL, 0);
	if (argc == 11)
		return cmocka_run_group_tests(disturbed, set_up, tear_down);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
