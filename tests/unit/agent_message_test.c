/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Messages: what is answered, what is refused, and the rules for ports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "agent_machine.h"

#include <cmocka.h>

/* Send bytes of any kind, in a buffer of just that size. */
static struct fathom_wire_header send_raw(struct machine *machine,
					  const void *bytes, size_t size)
{
	struct fathom_wire_header reply;
	void *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	assert_int_equal(fathom_agent_handle(&machine->agent, copy, size,
					     &reply, sizeof(reply)),
			 sizeof(reply));
	free(copy);
	assert_int_equal(reply.magic, FATHOM_WIRE_MAGIC);
	assert_int_equal(reply.version, FATHOM_WIRE_VERSION);
	assert_int_equal(reply.length, 0);
	return reply;
}

static struct fathom_wire_header good_header(void)
{
	return (struct fathom_wire_header){
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = FATHOM_WIRE_INFO,
	};
}

static void broken_headers(void **state)
{
	struct fathom_wire_header bad = good_header();
	size_t size;

	for (size = 0; size < sizeof(bad); size++) {
		struct fathom_wire_header reply = send_raw(*state, &bad, size);

		assert_int_equal(reply.status, FATHOM_WIRE_MALFORMED);
		assert_int_equal(reply.type, FATHOM_WIRE_REPLY);
	}
	bad.magic ^= 1;
	assert_int_equal(send_raw(*state, &bad, sizeof(bad)).status,
			 FATHOM_WIRE_MALFORMED);
	bad = good_header();
	bad.version++;
	assert_int_equal(send_raw(*state, &bad, sizeof(bad)).status,
			 FATHOM_WIRE_UNSUPPORTED);
	bad = good_header();
	bad.status = 1;
	assert_int_equal(send_raw(*state, &bad, sizeof(bad)).status,
			 FATHOM_WIRE_MALFORMED);
	bad = good_header();
	bad.length = 1;
	assert_int_equal(send_raw(*state, &bad, sizeof(bad)).status,
			 FATHOM_WIRE_MALFORMED);
	bad.length = UINT32_MAX;
	assert_int_equal(send_raw(*state, &bad, sizeof(bad)).status,
			 FATHOM_WIRE_MALFORMED);
}

static void unknown_types(void **state)
{
	static const uint16_t types[] = {0, 5, 0x80, 0x81, 0xffff};
	struct fathom_wire_header header = good_header();
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct fathom_wire_header reply;

		header.type = types[i];
		reply = send_raw(*state, &header, sizeof(header));
		assert_int_equal(reply.status, FATHOM_WIRE_UNSUPPORTED);
		assert_int_equal(reply.type, types[i] | FATHOM_WIRE_REPLY);
	}
}

static void requests_that_are_too_large(void **state)
{
	size_t size = FATHOM_WIRE_MAX_REQUEST + 1;
	uint8_t *request = calloc(1, size);
	struct fathom_wire_header header = good_header();

	assert_non_null(request);
	header.length = (uint32_t)(size - sizeof(header));
	memcpy(request, &header, sizeof(header));
	assert_int_equal(send_raw(*state, request, size).status,
			 FATHOM_WIRE_TOO_LARGE);
	free(request);
}

static void no_room_for_a_header(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_header header = good_header();
	uint8_t reply[sizeof(header) - 1] = {0xaa};

	assert_int_equal(fathom_agent_handle(&machine->agent, &header,
					     sizeof(header), reply,
					     sizeof(reply)),
			 0);
	assert_int_equal(reply[0], 0xaa);
}

static void info_tells_the_machine(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_header header;
	struct fathom_wire_info info;
	const uint8_t *reply;
	size_t size = sizeof(info) + 2 * sizeof(struct fathom_wire_cpu) +
		      2 * sizeof(struct fathom_wire_range);

	machine->cpu_count = 2;
	machine->cpus[1].index = 1;
	machine->agent.c_bit_mask = UINT64_C(1) << 51;
	reply = machine_request(machine, FATHOM_WIRE_INFO, NULL, 0,
				sizeof(header) + size, &header);
	assert_non_null(reply);
	assert_int_equal(header.length, size);
	memcpy(&info, reply, sizeof(info));
	assert_int_equal(info.cpu_count, 2);
	assert_int_equal(info.range_count, 2);
	assert_int_equal(info.kernel_cpu, 0);
	assert_int_equal(info.flags, 0);
	assert_int_equal(info.max_request, FATHOM_WIRE_MAX_REQUEST);
	assert_int_equal(info.max_reply, FATHOM_WIRE_MAX_REPLY);
	assert_int_equal(info.max_items, FATHOM_WIRE_MAX_ITEMS);
	assert_true(info.c_bit_mask == UINT64_C(1) << 51);
	reply += sizeof(info);
	assert_memory_equal(reply, machine->cpus, 2 * sizeof(machine->cpus[0]));
	reply += 2 * sizeof(machine->cpus[0]);
	assert_memory_equal(reply, machine->ranges, sizeof(machine->ranges));
	machine_request(machine, FATHOM_WIRE_INFO, NULL, 0,
			sizeof(header) + size - 1, &header);
	assert_int_equal(header.status, FATHOM_WIRE_TOO_LARGE);
}

static void info_without_cpu_state(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_header header;
	struct fathom_wire_info info;
	const uint8_t *reply;

	machine->cpu_count = 0;
	reply = machine_request(machine, FATHOM_WIRE_INFO, NULL, 0, 4096,
				&header);
	assert_non_null(reply);
	memcpy(&info, reply, sizeof(info));
	assert_int_equal(info.flags, FATHOM_INFO_NO_CPU_STATE);
	assert_int_equal(info.cpu_count, 0);
}

static void info_has_no_body(void **state)
{
	struct fathom_wire_header header;

	machine_request(*state, FATHOM_WIRE_INFO, "x", 1, 4096, &header);
	assert_int_equal(header.status, FATHOM_WIRE_MALFORMED);
}

static void cpus_that_cannot_be_had(void **state)
{
	struct machine *machine = *state;
	struct fathom_wire_header header;

	machine->cpus_status = FATHOM_WIRE_TARGET_GONE;
	machine_request(machine, FATHOM_WIRE_INFO, NULL, 0, 4096, &header);
	assert_int_equal(header.status, FATHOM_WIRE_TARGET_GONE);
	assert_int_equal(machine_status(machine, KERNEL_TEXT),
			 FATHOM_WIRE_TARGET_GONE);
}

static void ports_are_checked(void **state)
{
	struct machine *machine = *state;
	struct fathom_agent *agent = &machine->agent;
	struct fathom_agent_port port = *agent->port;

	machine->ranges[0].size = 0;
	assert_false(fathom_agent_check(agent));
	machine->ranges[0].size = MACHINE_TABLES; /* adjacent */
	assert_false(fathom_agent_check(agent));
	machine->ranges[0].size = MACHINE_TABLES + 1; /* overlapping */
	assert_false(fathom_agent_check(agent));
	machine->ranges[0].size = MACHINE_LOW_END;
	assert_true(fathom_agent_check(agent));
	machine->ranges[1].size = UINT64_MAX; /* wrapping */
	assert_false(fathom_agent_check(agent));
	machine->ranges[1].size = UINT64_MAX - machine->ranges[1].start;
	assert_true(fathom_agent_check(agent));
	agent->excluded_count = 1;
	machine->excluded[0].start = UINT64_MAX;
	machine->excluded[0].size = 1;
	assert_false(fathom_agent_check(agent));
	agent->excluded_count = 0;
	agent->limits.max_reply = FATHOM_WIRE_MAX_REPLY + 1;
	assert_false(fathom_agent_check(agent));
	agent->limits.max_reply = 4096; /* not even one page */
	assert_false(fathom_agent_check(agent));
	agent->limits.max_reply = FATHOM_WIRE_MAX_REPLY;
	port.read = NULL;
	agent->port = &port;
	assert_false(fathom_agent_check(agent));
}

int main(void)
{
#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, machine_setup, machine_teardown)
	const struct CMUnitTest tests[] = {
		TEST(broken_headers),
		TEST(unknown_types),
		TEST(requests_that_are_too_large),
		TEST(no_room_for_a_header),
		TEST(info_tells_the_machine),
		TEST(info_without_cpu_state),
		TEST(info_has_no_body),
		TEST(cpus_that_cannot_be_had),
		TEST(ports_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
