/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The SMI raised through QMP, with a process that plays QEMU: its guest's RAM
 * is a file with ACPI tables and a mailbox, and its firmware answers when the
 * monitor writes to the port. Then all that a guest can do to its own tables.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include <fathom/transport.h>

#include "agent_client.h"
#include "fake_firmware.h"
#include "fake_monitor.h"

#include <cmocka.h>

#define RAM_SIZE (4u << 20)
#define MAILBOX	 0x200000u
#define FTHM	 0x301000u
#define XSDT	 0x302000u
#define RSDP	 0x30301cu /* of no alignment, as UEFI has it */

struct guest {
	char directory[64];
	char socket[96];
	char ram_path[128];
	uint8_t *ram;
	pid_t pid;
	/* How QEMU shall behave. */
	bool paused; /* the guest; so it takes no SMI */
	bool complains;
	int dies_at; /* this SMI, if not 0 */
	int rings;
};

/* What makes the bytes add up to 0. */
static void check_sum(uint8_t *bytes, size_t size, size_t where)
{
	uint8_t sum = 0;
	size_t i;

	bytes[where] = 0;
	for (i = 0; i < size; i++)
		sum = (uint8_t)(sum + bytes[i]);
	bytes[where] = (uint8_t)-sum;
}

static void put32(struct guest *guest, uint32_t address, uint32_t value)
{
	memcpy(guest->ram + address, &value, sizeof(value));
}

static void put64(struct guest *guest, uint32_t address, uint64_t value)
{
	memcpy(guest->ram + address, &value, sizeof(value));
}

static void put_rsdp(struct guest *guest, uint32_t address, uint64_t xsdt)
{
	uint8_t *rsdp = guest->ram + address;

	memcpy(rsdp, "RSD PTR ", 8);
	rsdp[15] = 2;
	put32(guest, address + 20, 36);
	put64(guest, address + 24, xsdt);
	check_sum(rsdp, 20, 8);
	check_sum(rsdp, 36, 32);
}

static void put_table(struct guest *guest, uint32_t address,
		      const char *signature, uint32_t size)
{
	memcpy(guest->ram + address, signature, 4);
	put32(guest, address + 4, size);
	check_sum(guest->ram + address, size, 9);
}

static void put_fthm(struct guest *guest, const struct fathom_acpi_body *body)
{
	memcpy(guest->ram + FTHM + 36, body, sizeof(*body));
	put_table(guest, FTHM, "FTHM", 36 + sizeof(*body));
}

static const struct fathom_acpi_body good_body = {
	.mailbox_address = MAILBOX,
	.mailbox_size = FAKE_MAILBOX_SIZE,
	.smi_port = FATHOM_SMI_PORT,
	.smi_command = FATHOM_SMI_COMMAND,
	.version = FATHOM_MAILBOX_VERSION,
};

static void put_all(struct guest *guest)
{
	fake_firmware_format(guest->ram + MAILBOX);
	put_fthm(guest, &good_body);
	put64(guest, XSDT + 36, 0x1000); /* another table */
	put64(guest, XSDT + 44, FTHM);
	put_table(guest, XSDT, "XSDT", 52);
	put_rsdp(guest, RSDP, XSDT);
}

static int setup(void **state)
{
	struct guest *guest = calloc(1, sizeof(*guest));
	int fd;

	assert_non_null(guest);
	strcpy(guest->directory, "/tmp/fathom-smi-test-XXXXXX");
	assert_non_null(mkdtemp(guest->directory));
	snprintf(guest->socket, sizeof(guest->socket), "%s/qmp",
		 guest->directory);
	snprintf(guest->ram_path, sizeof(guest->ram_path), "%s/ram",
		 guest->directory);
	fd = open(guest->ram_path, O_RDWR | O_CREAT, 0600);
	assert_int_equal(ftruncate(fd, RAM_SIZE), 0);
	guest->ram =
		mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(guest->ram, MAP_FAILED);
	close(fd);
	put_all(guest);
	*state = guest;
	return 0;
}

static int teardown(void **state)
{
	struct guest *guest = *state;

	fake_monitor_stop(&guest->pid);
	munmap(guest->ram, RAM_SIZE);
	unlink(guest->socket);
	unlink(guest->ram_path);
	assert_int_equal(rmdir(guest->directory), 0);
	free(guest);
	return 0;
}

static json_t *monitor(struct guest *guest, const char *line)
{
	static struct fake_firmware firmware = {
		.answer = fake_firmware_invert,
	};

	firmware.mailbox = (struct fathom_mailbox *)(guest->ram + MAILBOX);
	if (!strcmp(line, "info mtree -f"))
		return json_string(
			"FlatView #0\n"
			" AS \"memory\", root: system\n"
			"  0000000000000000-00000000003fffff (prio 0, ram): ram0\n");
	if (strcmp(line, "o /b 0xb2 0x5d") != 0 || guest->complains)
		return json_string("invalid char 'o' in expression\r\n");
	guest->rings++;
	if (guest->rings == guest->dies_at)
		_exit(0);
	if (!guest->paused)
		fake_firmware_smi(&firmware);
	return json_string("");
}

static json_t *answer(void *context, const char *command, json_t *arguments)
{
	struct guest *guest = context;

	if (!strcmp(command, "human-monitor-command"))
		return monitor(guest, fake_monitor_line(arguments));
	if (!strcmp(command, "query-memdev"))
		return json_pack("[{s:s, s:i, s:b}]", "id", "ram0", "size",
				 RAM_SIZE, "share", true);
	if (!strcmp(command, "query-status"))
		return json_pack("{s:b}", "running", !guest->paused);
	if (!strcmp(command, "qom-get"))
		return json_string(guest->ram_path);
	return json_object();
}

static int begin(void *context)
{
	struct guest *guest = context;

	return open(guest->ram_path, O_RDWR) < 0;
}

static void start(struct guest *guest)
{
	guest->pid = fake_monitor_start(&(struct fake_monitor){
		.socket = guest->socket,
		.begin = begin,
		.answer = answer,
		.context = guest,
	});
}

static struct fathom_transport *open_it(struct guest *guest)
{
	struct fathom_transport *transport;

	client_no_error(
		fathom_transport_open_smi_qemu(guest->socket, &transport));
	return transport;
}

static struct fathom_error *carry(struct fathom_transport *transport)
{
	static uint8_t reply[FATHOM_SEAL_MAX_REPLY];
	struct fathom_error *error;
	size_t size = 0;

	error = transport->ops->exchange(transport, "\x0f", 1, reply, &size);
	if (!error) {
		assert_int_equal(size, 1);
		assert_int_equal(reply[0], 0xf0);
	}
	return error;
}

static void works(struct guest *guest)
{
	struct fathom_transport *transport = open_it(guest);
	int i;

	for (i = 0; i < 10; i++)
		client_no_error(carry(transport));
	transport->ops->destroy(transport);
}

static void cannot_open(struct guest *guest, const char *text)
{
	struct fathom_transport *transport;

	client_error_says(
		fathom_transport_open_smi_qemu(guest->socket, &transport),
		text);
	put_all(guest);
}

static void carries(void **state)
{
	start(*state);
	works(*state);
}

/* QMP serves one client at a time: they take turns. */
static void two_at_once(void **state)
{
	struct fathom_transport *first, *second;
	int i;

	start(*state);
	first = open_it(*state);
	second = open_it(*state);
	for (i = 0; i < 5; i++) {
		client_no_error(carry(first));
		client_no_error(carry(second));
	}
	first->ops->destroy(first);
	second->ops->destroy(second);
}

static void tables_anywhere(void **state)
{
	const uint32_t places[] = {0x400000 - 36, 0x300000 - 35, 0x300000 - 1,
				   0x100000,	  0xfffff,	 0};
	struct guest *guest = *state;
	size_t i;

	start(guest);
	memset(guest->ram + RSDP, 0, 36);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		put_rsdp(guest, places[i], XSDT);
		works(guest);
		memset(guest->ram + places[i], 0, 36);
	}
}

/* False ones above the true one, as any process of the guest can make them. */
static void decoys(void **state)
{
	struct guest *guest = *state;
	uint32_t address;

	for (address = 0x310000; address < 0x320000; address += 64)
		put_rsdp(guest, address, XSDT + 1);
	put_rsdp(guest, 0x330000, UINT64_MAX - 3);
	put_rsdp(guest, 0x330040, 0x400000 - 35);
	put_rsdp(guest, 0x330080, 0);
	memcpy(guest->ram + 0x400000 - 8, "RSD PTR ", 8);
	start(guest);
	works(guest);
}

static void hostile_tables(void **state)
{
	struct guest *guest = *state;

	start(guest);
	memset(guest->ram + RSDP, 0, 36);
	cannot_open(guest, "no mailbox");
	guest->ram[RSDP + 33] ^= 1;
	cannot_open(guest, "no mailbox");
	guest->ram[RSDP + 9] ^= 1;
	cannot_open(guest, "no mailbox");
	guest->ram[RSDP + 15] = 0;
	check_sum(guest->ram + RSDP, 20, 8);
	check_sum(guest->ram + RSDP, 36, 32);
	cannot_open(guest, "no mailbox");
	guest->ram[XSDT + 44]++;
	cannot_open(guest, "no mailbox");
	put32(guest, XSDT + 4, UINT32_MAX);
	cannot_open(guest, "no mailbox");
	put32(guest, XSDT + 4, 35);
	cannot_open(guest, "no mailbox");
	put64(guest, XSDT + 44, UINT64_MAX - 1);
	put_table(guest, XSDT, "XSDT", 52);
	cannot_open(guest, "no mailbox");
	put32(guest, FTHM + 4, 51);
	cannot_open(guest, "no mailbox");
	put32(guest, FTHM + 4, UINT32_MAX);
	cannot_open(guest, "no mailbox");
	guest->ram[FTHM + 36]++;
	cannot_open(guest, "no mailbox");
	memcpy(guest->ram + FTHM, "FTHX", 4);
	cannot_open(guest, "no mailbox");
	works(guest);
}

static void no_such_body(struct guest *guest, struct fathom_acpi_body body)
{
	put_fthm(guest, &body);
	cannot_open(guest, "no mailbox");
}

/* What would make us write elsewhere, or raise another SMI than ours. */
static void hostile_mailboxes(void **state)
{
	struct guest *guest = *state;
	struct fathom_acpi_body body = good_body;

	start(guest);
	body.smi_port = 0xcf9;
	no_such_body(guest, body);
	body = good_body;
	body.smi_command = 0x02;
	no_such_body(guest, body);
	body = good_body;
	body.version++;
	no_such_body(guest, body);
	body = good_body;
	body.mailbox_address++;
	no_such_body(guest, body);
	body.mailbox_address = UINT64_MAX - 4095;
	no_such_body(guest, body);
	body.mailbox_address = RAM_SIZE;
	no_such_body(guest, body);
	body.mailbox_address = 0;
	no_such_body(guest, body);
	body = good_body;
	body.mailbox_size = 0;
	no_such_body(guest, body);
	body.mailbox_size = UINT32_MAX - 4095;
	no_such_body(guest, body);
	body.mailbox_size = RAM_SIZE - MAILBOX + 4096;
	no_such_body(guest, body);
	memset(guest->ram + MAILBOX, 0, 8);
	cannot_open(guest, "no mailbox");
	((struct fathom_mailbox *)(guest->ram + MAILBOX))->request_offset = 1;
	cannot_open(guest, "impossible layout");
	works(guest);
}

static void paused(void **state)
{
	struct guest *guest = *state;
	struct fathom_transport *transport;

	guest->paused = true;
	start(guest);
	transport = open_it(guest);
	client_error_says(carry(transport), "QEMU has paused it");
	transport->ops->destroy(transport);
}

static void monitor_complains(void **state)
{
	struct guest *guest = *state;
	struct fathom_transport *transport;

	guest->complains = true;
	start(guest);
	transport = open_it(guest);
	client_error_says(carry(transport), "does not raise the SMI: invalid");
	transport->ops->destroy(transport);
}

static void guest_ends(void **state)
{
	struct guest *guest = *state;
	struct fathom_transport *transport;

	guest->dies_at = 3;
	start(guest);
	transport = open_it(guest);
	client_no_error(carry(transport));
	client_no_error(carry(transport));
	client_error_says(carry(transport), "the guest has gone");
	client_error_says(carry(transport), "the guest has gone");
	transport->ops->destroy(transport);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(carries), TEST(two_at_once),	TEST(tables_anywhere),
		TEST(decoys),  TEST(hostile_tables),	TEST(hostile_mailboxes),
		TEST(paused),  TEST(monitor_complains), TEST(guest_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
