/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The emulator over a QEMU guest, with a process that plays QEMU: it has a RAM
 * file open and answers QMP, so that it can misbehave in ways QEMU does not.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "agent_client.h"
#include "fake_monitor.h"

#include <cmocka.h>

#define MIB	 (UINT64_C(1) << 20)
#define RAM_SIZE (4 * MIB)
#define MAX	 16

/* Page tables in the guest: KERNEL_TEXT is mapped to 3 MiB. */
#define KERNEL_TEXT UINT64_C(0xffffffff81000000)

struct guest {
	char directory[64];
	char socket[96];
	char ram[128];
	pid_t pid;
	/* How the process shall behave. */
	bool not_shared;
	bool without_file;
	bool relative_path;
	bool in_directory; /* and deleted, as QEMU does it */
	bool no_memory_map;
	int smm_answers; /* register dumps that show a CPU in SMM */
	uint64_t claimed_size;
};

static int setup(void **state)
{
	struct guest *guest = calloc(1, sizeof(*guest));

	assert_non_null(guest);
	strcpy(guest->directory, "/tmp/fathom-qemu-test-XXXXXX");
	assert_non_null(mkdtemp(guest->directory));
	snprintf(guest->socket, sizeof(guest->socket), "%s/qmp",
		 guest->directory);
	snprintf(guest->ram, sizeof(guest->ram), "%s/ram", guest->directory);
	guest->claimed_size = RAM_SIZE;
	*state = guest;
	return 0;
}

static int teardown(void **state)
{
	struct guest *guest = *state;

	fake_monitor_stop(&guest->pid);
	unlink(guest->socket);
	unlink(guest->ram);
	assert_int_equal(rmdir(guest->directory), 0);
	free(guest);
	return 0;
}

static void store(int fd, uint64_t offset, uint64_t value)
{
	assert_int_equal(pwrite(fd, &value, 8, (off_t)offset), 8);
}

static void make_ram(const char *path, uint64_t mark)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, RAM_SIZE), 0);
	store(fd, 0x1000 + 511 * 8, 0x2063);
	store(fd, 0x2000 + 510 * 8, 0x3063);
	/* A 2 MiB page at 2 MiB: the second half lies above the hole. */
	store(fd, 0x3000 + 8 * 8, 2 * MIB | 0xe3);
	store(fd, 2 * MIB, mark);
	close(fd);
}

static json_t *answer_monitor(struct guest *guest, const char *line)
{
	char text[1024];

	if (!strcmp(line, "info mtree -f")) {
		return json_string(
			guest->no_memory_map
				? "FlatView #0\n"
				: "FlatView #0\n"
				  " AS \"memory\", root: system\n"
				  "  0000000000000000-00000000002fffff (prio 0, ram): ram0\n"
				  "  0000000100000000-00000001000fffff (prio 0, ram): ram0 @0000000000300000\n");
	}
	snprintf(
		text, sizeof(text),
		"CPU#0\r\n"
		"RIP=ffffffff81000000 RFL=2 [-] CPL=0 II=0 A20=1 SMM=%d HLT=1\r\n"
		"GS =0000 ffff888000000000 00000000 00000000\r\n"
		"GDT=     fffffe46163cc000 0000007f\r\n"
		"IDT=     fffffe0000000000 00000fff\r\n"
		"CR0=80050033 CR2=0 CR3=0000000000001000 CR4=000006f0\r\n"
		"EFER=0000000000000d01\r\n",
		guest->smm_answers-- > 0);
	return json_string(text);
}

static json_t *answer(void *context, const char *command, json_t *arguments)
{
	struct guest *guest = context;

	if (!strcmp(command, "human-monitor-command"))
		return answer_monitor(guest, fake_monitor_line(arguments));
	if (!strcmp(command, "query-memdev"))
		return json_pack("[{s:s, s:I, s:b}]", "id", "ram0", "size",
				 (json_int_t)guest->claimed_size, "share",
				 !guest->not_shared);
	if (!strcmp(command, "qom-get") && guest->in_directory)
		return json_string(guest->directory);
	if (!strcmp(command, "qom-get"))
		return json_string(guest->relative_path ? "ram" : guest->ram);
	return json_object();
}

/* A file of another backend in the same directory comes first. */
static void hide_files(struct guest *guest)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/qemu_back_mem.ram.1aGh3y",
		 guest->directory);
	if (ftruncate(open(path, O_RDWR | O_CREAT, 0600), RAM_SIZE) ||
	    unlink(path))
		_exit(1);
	snprintf(path, sizeof(path), "%s/qemu_back_mem.ram0.V2jX8k",
		 guest->directory);
	if (rename(guest->ram, path))
		_exit(1);
	strcpy(guest->ram, path);
}

static int begin(void *context)
{
	struct guest *guest = context;

	if (guest->in_directory)
		hide_files(guest);
	return chdir(guest->directory) ||
	       (!guest->without_file && open(guest->ram, O_RDWR) < 0) ||
	       (guest->in_directory && unlink(guest->ram));
}

static void start(struct guest *guest)
{
	make_ram(guest->ram, 0x1111);
	guest->pid = fake_monitor_start(&(struct fake_monitor){
		.socket = guest->socket,
		.begin = begin,
		.answer = answer,
		.context = guest,
	});
}

static struct fathom_channel *open_guest(struct guest *guest)
{
	struct fathom_channel *channel;

	client_no_error(fathom_emulator_open_qemu(guest->socket, &channel));
	return channel;
}

static void cannot_open(struct guest *guest, const char *text)
{
	struct fathom_channel *channel;
	struct fathom_error *error;

	error = fathom_emulator_open_qemu(guest->socket, &channel);
	assert_non_null(error);
	assert_null(strchr(error->message, '\n'));
	client_error_says(error, text);
}

static void expect_word(struct fathom_channel *channel, uint64_t space,
			uint64_t address, uint64_t expected)
{
	uint32_t status;
	uint64_t value;

	client_no_error(
		client_read(channel, space, address, &value, 8, &status));
	assert_int_equal(status, FATHOM_WIRE_OK);
	assert_int_equal(value, expected);
}

static void reads_memory_and_registers(void **state)
{
	static const struct fathom_wire_range expected[] = {
		{0, 3 * MIB},
		{UINT64_C(0x100000000), MIB},
	};
	struct fathom_wire_range ranges[MAX];
	struct fathom_wire_cpu cpus[MAX];
	struct fathom_channel *channel;
	struct fathom_wire_info info;
	struct guest *guest = *state;

	start(guest);
	channel = open_guest(guest);
	client_no_error(client_info(channel, &info, cpus, ranges, MAX));
	assert_int_equal(info.cpu_count, 1);
	assert_int_equal(cpus[0].cr3, 0x1000);
	assert_int_equal(info.range_count, 2);
	assert_memory_equal(ranges, expected, sizeof(expected));
	expect_word(channel, FATHOM_SPACE_PHYSICAL, 2 * MIB, 0x1111);
	expect_word(channel, FATHOM_SPACE_KERNEL, KERNEL_TEXT, 0x1111);
	channel->ops->destroy(channel);
}

static void sees_what_the_guest_writes(void **state)
{
	uint64_t high = UINT64_C(0x100000000);
	struct fathom_channel *channel;
	struct guest *guest = *state;
	int fd;

	start(guest);
	channel = open_guest(guest);
	fd = open(guest->ram, O_RDWR);
	store(fd, 2 * MIB, 0x2222);
	store(fd, 3 * MIB + 0x5000, 0x3333);
	close(fd);
	expect_word(channel, FATHOM_SPACE_KERNEL, KERNEL_TEXT, 0x2222);
	expect_word(channel, FATHOM_SPACE_PHYSICAL, high + 0x5000, 0x3333);
	channel->ops->destroy(channel);
}

/* The socket is free again, for others and for a refresh. */
static void many_clients_one_socket(void **state)
{
	struct fathom_wire_range ranges[MAX];
	struct fathom_wire_cpu cpus[MAX];
	struct fathom_channel *channels[3];
	struct fathom_wire_info info;
	struct guest *guest = *state;
	int i;

	start(guest);
	for (i = 0; i < 3; i++)
		channels[i] = open_guest(guest);
	for (i = 0; i < 3; i++) {
		client_no_error(channels[i]->ops->refresh(channels[i]));
		client_no_error(
			client_info(channels[i], &info, cpus, ranges, MAX));
		expect_word(channels[i], FATHOM_SPACE_KERNEL, KERNEL_TEXT,
			    0x1111);
	}
	for (i = 0; i < 3; i++)
		channels[i]->ops->destroy(channels[i]);
}

static void *read_often(void *argument)
{
	struct fathom_channel *channel = argument;
	uint8_t request[sizeof(struct fathom_wire_header)];
	struct fathom_wire_header header = {
		.magic = FATHOM_WIRE_MAGIC,
		.version = FATHOM_WIRE_VERSION,
		.type = FATHOM_WIRE_INFO,
	};
	uint8_t reply[4096];
	size_t size;
	int i;

	memcpy(request, &header, sizeof(header));
	for (i = 0; i < 200; i++) {
		struct fathom_error *error;

		if (i % 50 == 0)
			fathom_error_destroy(channel->ops->refresh(channel));
		error = channel->ops->call(channel, request, sizeof(request),
					   reply, sizeof(reply), &size);
		memcpy(&header, reply, sizeof(header));
		if (error || header.status) {
			fathom_error_destroy(error);
			return "failed";
		}
	}
	return NULL;
}

static void threads_share_a_channel(void **state)
{
	struct fathom_channel *channel;
	struct guest *guest = *state;
	pthread_t threads[4];
	void *result;
	int i;

	start(guest);
	channel = open_guest(guest);
	for (i = 0; i < 4; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, read_often, channel),
			0);
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], &result);
		assert_null(result);
	}
	channel->ops->destroy(channel);
}

static void guest_that_dies(void **state)
{
	struct fathom_channel *channel;
	struct guest *guest = *state;
	struct fathom_error *error;
	uint32_t status;
	uint64_t value;

	start(guest);
	channel = open_guest(guest);
	fake_monitor_stop(&guest->pid);
	error = client_read(channel, FATHOM_SPACE_PHYSICAL, 0, &value, 8,
			    &status);
	assert_non_null(error);
	assert_int_equal(error->code, FATHOM_ERROR_TARGET);
	client_error_says(error, "the guest has gone");
	client_error_says(channel->ops->refresh(channel), "the guest has gone");
	channel->ops->destroy(channel);
	cannot_open(guest, "nobody listens");
}

/* Another guest at the same place is not the one that was opened. */
static void guest_that_is_replaced(void **state)
{
	struct fathom_channel *channel;
	struct guest *guest = *state;
	uint32_t status;
	uint64_t value;

	start(guest);
	channel = open_guest(guest);
	fake_monitor_stop(&guest->pid);
	unlink(guest->ram);
	start(guest);
	client_error_says(client_read(channel, FATHOM_SPACE_PHYSICAL, 0, &value,
				      8, &status),
			  "the guest has gone");
	channel->ops->destroy(channel);
}

/* The path leads elsewhere by now; QEMU still has the right file. */
static void ram_file_replaced_under_qemu(void **state)
{
	struct fathom_channel *channel;
	struct guest *guest = *state;

	start(guest);
	channel = open_guest(guest);
	channel->ops->destroy(channel);
	unlink(guest->ram);
	channel = open_guest(guest);
	expect_word(channel, FATHOM_SPACE_KERNEL, KERNEL_TEXT, 0x1111);
	channel->ops->destroy(channel);
	make_ram(guest->ram, 0x4444);
	channel = open_guest(guest);
	expect_word(channel, FATHOM_SPACE_KERNEL, KERNEL_TEXT, 0x1111);
	channel->ops->destroy(channel);
}

static void relative_path(void **state)
{
	struct fathom_channel *channel;
	struct guest *guest = *state;

	guest->relative_path = true;
	start(guest);
	channel = open_guest(guest);
	expect_word(channel, FATHOM_SPACE_KERNEL, KERNEL_TEXT, 0x1111);
	channel->ops->destroy(channel);
}

static void deleted_file_in_a_directory(void **state)
{
	struct fathom_channel *channel;
	struct guest *guest = *state;

	guest->in_directory = true;
	start(guest);
	channel = open_guest(guest);
	expect_word(channel, FATHOM_SPACE_KERNEL, KERNEL_TEXT, 0x1111);
	channel->ops->destroy(channel);
}

static void ram_file_left_over(void **state)
{
	struct guest *guest = *state;

	/* The file is there, but this QEMU does not use it. */
	guest->without_file = true;
	start(guest);
	cannot_open(guest, "does not have this file open");
}

static void ram_file_cut_short(void **state)
{
	struct fathom_channel *channel;
	struct guest *guest = *state;
	uint32_t status;
	uint64_t value;

	start(guest);
	channel = open_guest(guest);
	assert_int_equal(truncate(guest->ram, MIB), 0);
	client_error_says(client_read(channel, FATHOM_SPACE_PHYSICAL, 2 * MIB,
				      &value, 8, &status),
			  "shorter");
	channel->ops->destroy(channel);
	cannot_open(guest, "cut short");
}

static void ram_file_not_shared(void **state)
{
	struct guest *guest = *state;

	guest->not_shared = true;
	start(guest);
	cannot_open(guest, "share=on");
}

static void no_memory_map(void **state)
{
	struct guest *guest = *state;

	guest->no_memory_map = true;
	start(guest);
	cannot_open(guest, "no guest memory");
}

static void no_socket(void **state)
{
	cannot_open(*state, "No such file");
}

static void caught_in_smm(void **state)
{
	struct fathom_channel *channel;
	struct guest *guest = *state;

	guest->smm_answers = 3;
	start(guest);
	channel = open_guest(guest);
	channel->ops->destroy(channel);
	fake_monitor_stop(&guest->pid);
	guest->smm_answers = 1000000;
	start(guest);
	cannot_open(guest, "stays in system management mode");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(reads_memory_and_registers),
		TEST(sees_what_the_guest_writes),
		TEST(many_clients_one_socket),
		TEST(threads_share_a_channel),
		TEST(guest_that_dies),
		TEST(guest_that_is_replaced),
		TEST(ram_file_replaced_under_qemu),
		TEST(relative_path),
		TEST(deleted_file_in_a_directory),
		TEST(ram_file_left_over),
		TEST(ram_file_cut_short),
		TEST(ram_file_not_shared),
		TEST(no_memory_map),
		TEST(no_socket),
		TEST(caught_in_smm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
