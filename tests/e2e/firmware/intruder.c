/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What an intruder with all rights in the guest may do to the agent; runs
 * there, statically linked, beside calls that come from outside.
 *
 * intruder storm SECONDS            SMIs as fast as they go, on each CPU
 * intruder scribble SECONDS ADDRESS SIZE
 *                                   write garbage into the mailbox; at last
 *                                   raise an SMI
 * intruder variables SECONDS        write an EFI variable and read it back,
 *                                   which OVMF does in SMM
 * intruder firmware-files KEY       look for a key (hexadecimal) in all that
 *                                   QEMU's fw_cfg hands out
 */
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SMI_PORT    0xb2
#define SMI_COMMAND 0x5d

/* docs/specs/fw_cfg.rst of QEMU. */
#define FW_CFG_SELECTOR	 0x510
#define FW_CFG_DATA	 0x511
#define FW_CFG_DIRECTORY 0x19
#define FW_CFG_NAME_SIZE 56

#define KEY_SIZE	 32

/* Of this GUID (Linux's for reports of crashes) anybody may make and write. */
#define VARIABLE                     \
	"/sys/firmware/efi/efivars/" \
	"FathomTest-cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0"
/* Kept over resets, and there for the system: UEFI 2.10, 8.2. */
#define VARIABLE_ATTRIBUTES 7

static bool time_left(time_t until)
{
	return time(NULL) < until;
}

static void *map_physical(uint64_t address, size_t size)
{
	int fd = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	void *memory;

	if (fd < 0)
		err(1, "/dev/mem");
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		      (off_t)address);
	if (memory == MAP_FAILED)
		err(1, "/dev/mem: %#llx", (unsigned long long)address);
	close(fd);
	return memory;
}

/* Ours and one that is nobody's; those that OVMF serves are left alone. */
static void storm_here(time_t until)
{
	unsigned long count = 0;

	while (time_left(until)) {
		outb(count % 2 ? SMI_COMMAND : 0x77, SMI_PORT);
		count++;
	}
	printf("%lu SMIs\n", count);
}

static void stay_on(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		err(1, "CPU %d", cpu);
}

static void storm(time_t until)
{
	int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
	int cpu;

	for (cpu = 1; cpu < cpus; cpu++) {
		if (!fork()) {
			stay_on(cpu);
			storm_here(until);
			exit(0);
		}
	}
	stay_on(0);
	storm_here(until);
	while (wait(NULL) > 0)
		;
}

static void scribble(time_t until, uint64_t address, size_t size)
{
	volatile uint8_t *bytes = map_physical(address, size);
	unsigned long count = 0;

	/* The header's numbers and a message's first bytes above all. */
	while (time_left(until)) {
		bytes[64 + (size_t)random() % 128] = (uint8_t)random();
		bytes[4096 + (size_t)random() % 256] = (uint8_t)random();
		bytes[(size_t)random() % size] = (uint8_t)random();
		count++;
	}
	outb(SMI_COMMAND, SMI_PORT);
	printf("%lu times\n", count);
}

struct variable {
	uint32_t attributes;
	unsigned long number;
} __attribute__((packed));

static void write_variable(const struct variable *variable)
{
	int fd = open(VARIABLE, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 ||
	    write(fd, variable, sizeof(*variable)) != sizeof(*variable))
		err(1, VARIABLE ": write %lu", variable->number);
	close(fd);
}

static void check_variable(const struct variable *wanted)
{
	struct variable variable;
	int fd = open(VARIABLE, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, &variable, sizeof(variable)) != sizeof(variable))
		err(1, VARIABLE ": read %lu", wanted->number);
	if (memcmp(&variable, wanted, sizeof(variable)))
		errx(1, VARIABLE ": %lu instead of %lu", variable.number,
		     wanted->number);
	close(fd);
}

static void variables(time_t until)
{
	struct variable variable = {VARIABLE_ATTRIBUTES, 0};

	while (time_left(until)) {
		variable.number++;
		write_variable(&variable);
		check_variable(&variable);
	}
	printf("%lu times\n", variable.number);
}

static uint32_t read_big_endian(unsigned int bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | inb(FW_CFG_DATA);
	return value;
}

struct firmware_file {
	uint32_t size;
	uint16_t selector;
	char name[FW_CFG_NAME_SIZE];
};

static bool file_holds(const struct firmware_file *file, const uint8_t *key)
{
	uint8_t *bytes = malloc(file->size + 1);
	bool found;

	if (!bytes)
		err(1, "%s", file->name);
	outw(file->selector, FW_CFG_SELECTOR);
	insb(FW_CFG_DATA, bytes, file->size);
	found = memmem(bytes, file->size, key, KEY_SIZE);
	free(bytes);
	return found;
}

static int search_firmware_files(const uint8_t *key)
{
	struct firmware_file *files;
	uint32_t count;
	uint32_t i;
	int found = 0;

	outw(FW_CFG_DIRECTORY, FW_CFG_SELECTOR);
	count = read_big_endian(4);
	if (!count || count > 1000)
		errx(1, "fw_cfg says it has %u files", count);
	files = calloc(count, sizeof(*files));
	if (!files)
		err(1, "fw_cfg");
	for (i = 0; i < count; i++) {
		files[i].size = read_big_endian(4);
		files[i].selector = (uint16_t)read_big_endian(2);
		read_big_endian(2);
		insb(FW_CFG_DATA, files[i].name, FW_CFG_NAME_SIZE);
	}
	for (i = 0; i < count; i++) {
		if (file_holds(&files[i], key)) {
			printf("found in %s\n", files[i].name);
			found = 1;
		}
	}
	printf("%u files\n", count);
	free(files);
	return found;
}

static void parse_key(const char *text, uint8_t *key)
{
	unsigned int i;

	if (strlen(text) != 2 * KEY_SIZE)
		errx(2, "%s: no key", text);
	for (i = 0; i < KEY_SIZE; i++) {
		if (sscanf(text + 2 * i, "%2hhx", &key[i]) != 1)
			errx(2, "%s: no key", text);
	}
}

int main(int argc, char **argv)
{
	uint8_t key[KEY_SIZE];
	time_t until;

	if (argc < 3)
		errx(2,
		     "usage: intruder storm|scribble|variables|firmware-files ...");
	if (iopl(3))
		err(1, "iopl");
	until = time(NULL) + atoi(argv[2]);
	if (!strcmp(argv[1], "storm")) {
		storm(until);
	} else if (!strcmp(argv[1], "scribble") && argc == 5) {
		scribble(until, strtoull(argv[3], NULL, 0),
			 strtoull(argv[4], NULL, 0));
	} else if (!strcmp(argv[1], "variables")) {
		variables(until);
	} else if (!strcmp(argv[1], "firmware-files")) {
		parse_key(argv[2], key);
		return search_firmware_files(key);
	} else {
		errx(2, "unknown attack");
	}
	return 0;
}
