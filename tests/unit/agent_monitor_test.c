/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What QEMU's human monitor prints, as it is and as it should not be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent_client.h"
#include "monitor.h"

#include <cmocka.h>

#define GIB (UINT64_C(1) << 30)

/* From QEMU 7.2: q35 with 6 GiB, cut to the lines that matter. */
static const char memory_map[] =
	"FlatView #0\n"
	" AS \"cpu-smm-0\", root: memory\n"
	" Root memory region: memory\n"
	"  0000000000000000-000000007fffffff (prio 0, ram): m\n"
	"  0000000100000000-000000027fffffff (prio 0, ram): m @0000000080000000\n"
	"\n"
	"FlatView #1\n"
	" AS \"I/O\", root: io\n"
	" Root memory region: io\n"
	"  0000000000000000-0000000000000007 (prio 0, i/o): dma-chan\n"
	"\n"
	"FlatView #2\n"
	" AS \"mch\", root: bus master container\n"
	" Root memory region: (none)\n"
	"  No rendered FlatView\n"
	"\n"
	"FlatView #3\n"
	" AS \"memory\", root: system\n"
	" AS \"cpu-memory-0\", root: system\n"
	" Root memory region: system\n"
	"  0000000000000000-000000000009ffff (prio 0, ram): m\n"
	"  00000000000a0000-00000000000bffff (prio 1, i/o): vga-lowmem\n"
	"  00000000000c0000-00000000000c2fff (prio 0, rom): m @00000000000c0000\n"
	"  00000000000c3000-000000007fffffff (prio 0, ram): m @00000000000c3000\n"
	"  00000000b0000000-00000000bfffffff (prio 0, i/o): pcie-mmcfg-mmio\n"
	"  00000000fffc0000-00000000ffffffff (prio 0, rom): pc.bios\n"
	"  0000000100000000-00000001ffffffff (prio 0, ram): m @0000000080000000 KVM\n"
	"\n";

static char backend_id[] = "m";

static struct ram_backend backend(uint64_t size)
{
	return (struct ram_backend){.id = backend_id, .size = size, .fd = 7};
}

static void memory_around_the_hole(void **state)
{
	static const struct segment expected[] = {
		{0, 0xa0000, 0, 7},
		{0xc0000, 0x3000, 0xc0000, 7},
		{0xc3000, 2 * GIB - 0xc3000, 0xc3000, 7},
		{4 * GIB, 4 * GIB, 2 * GIB, 7},
	};
	static const struct fathom_wire_range expected_ranges[] = {
		{0, 0xa0000},
		{0xc0000, 2 * GIB - 0xc0000},
		{4 * GIB, 4 * GIB},
	};
	struct ram_backend backends[] = {backend(6 * GIB)};
	struct fathom_wire_range *ranges;
	struct segments segments = {0};
	uint32_t count;
	size_t i;

	(void)state;
	client_no_error(monitor_memory_map(memory_map, backends, 1, &segments));
	assert_int_equal(segments.count, 4);
	for (i = 0; i < 4; i++) {
		assert_int_equal(segments.list[i].start, expected[i].start);
		assert_int_equal(segments.list[i].size, expected[i].size);
		assert_int_equal(segments.list[i].offset, expected[i].offset);
		assert_int_equal(segments.list[i].fd, 7);
	}
	client_no_error(segments_finish(&segments, &ranges, &count));
	assert_int_equal(count, 3);
	assert_memory_equal(ranges, expected_ranges, sizeof(expected_ranges));
	free(ranges);
	segments_clear(&segments);
}

static void older_machines_name_regions_by_path(void **state)
{
	static const char text[] =
		" AS \"memory\", root: system\n"
		"  0000000000000000-0000000000000fff (prio 0, ram): /objects/m\n"
		"  0000000000001000-0000000000001fff (prio 0, ram): /objects/mm\n";
	struct ram_backend backends[] = {backend(GIB)};
	struct segments segments = {0};

	(void)state;
	client_no_error(monitor_memory_map(text, backends, 1, &segments));
	assert_int_equal(segments.count, 1);
	segments_clear(&segments);
}

static void map_says(const char *text, const char *message)
{
	struct ram_backend backends[] = {backend(0x2000)};
	struct segments segments = {0};

	client_error_says(monitor_memory_map(text, backends, 1, &segments),
			  message);
	segments_clear(&segments);
}

static void memory_maps_that_lie(void **state)
{
	(void)state;
	map_says("", "no guest memory");
	map_says("unknown command: 'info mtree -f'\r\n", "no guest memory");
	map_says(" AS \"memory\", root: system\n"
		 "  0-0 (prio 0, ram): other\n",
		 "no guest memory");
	map_says(" AS \"memory\", root: system\n"
		 "  0-2000 (prio 0, ram): m\n",
		 "offset 0x0 of memory backend m");
	map_says(" AS \"memory\", root: system\n"
		 "  0-fff (prio 0, ram): m @1001\n",
		 "offset 0x1001");
	map_says(" AS \"memory\", root: system\n"
		 "  0-fff (prio 0, ram): m @ffffffffffffffff\n",
		 "offset 0xffffffffffffffff");
	map_says(" AS \"memory\", root: system\n"
		 "  1000-fff (prio 0, ram): m\n",
		 "0x1000-0xfff");
	map_says(" AS \"memory\", root: system\n"
		 "  0-ffffffffffffffff (prio 0, ram): m\n",
		 "0x0-0xffffffffffffffff");
}

/* From QEMU 7.2, cut to the lines that matter. */
static const char cpu_0[] =
	"\r\nCPU#0\r\n"
	"RAX=0000000000000000 RBX=0000000000000000 RCX=1 RDX=1\r\n"
	"RIP=ffffffff8c093f8f RFL=00000206 [-----P-] CPL=0 II=0 A20=1 SMM=0 HLT=1\r\n"
	"ES =0000 0000000000000000 00000000 00000000\r\n"
	"CS =0010 0000000000000000 ffffffff 00af9b00 DPL=0 CS64 [-RA]\r\n"
	"GS =0000 ff2669843ea00000 00000000 00000000\r\n"
	"LDT=0000 0000000000000000 00000000 00008200 DPL=0 LDT\r\n"
	"GDT=     fffffe46163cc000 0000007f\r\n"
	"IDT=     fffffe0000000000 00000fff\r\n"
	"CR0=80050033 CR2=00000000005794a9 CR3=0000000001fbe000 CR4=00751ef0\r\n"
	"DR0=0000000000000000 DR1=0000000000000000 \r\n"
	"EFER=0000000000000d01\r\n"
	"FCW=037f FSW=0000 [ST=0] FTW=00 MXCSR=00001f80\r\n";
static const char cpu_1_starting[] =
	"\r\nCPU#1\r\n"
	"EAX=00000000 EBX=00000000 ECX=00000000 EDX=00060fb1\r\n"
	"EIP=0000fff0 EFL=00000002 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=1\r\n"
	"GS =0000 00000000 0000ffff 00009300\r\n"
	"GDT=     00000000 0000ffff\r\n"
	"IDT=     00000000 0000ffff\r\n"
	"CR0=60000010 CR2=00000000 CR3=00000000 CR4=00000000\r\n"
	"EFER=0000000000000000\r\n";

static void registers_of_all_cpus(void **state)
{
	struct fathom_wire_cpu *cpus;
	char text[4096];
	uint32_t count;
	bool in_smm;

	(void)state;
	snprintf(text, sizeof(text), "%s%s", cpu_0, cpu_1_starting);
	client_no_error(monitor_registers(text, &cpus, &count, &in_smm));
	assert_int_equal(count, 2);
	assert_false(in_smm);
	assert_int_equal(cpus[0].index, 0);
	assert_int_equal(cpus[0].flags, 0);
	assert_int_equal(cpus[0].rip, UINT64_C(0xffffffff8c093f8f));
	assert_int_equal(cpus[0].gs_base, UINT64_C(0xff2669843ea00000));
	assert_int_equal(cpus[0].gdt_base, UINT64_C(0xfffffe46163cc000));
	assert_int_equal(cpus[0].idt_base, UINT64_C(0xfffffe0000000000));
	assert_int_equal(cpus[0].cr0, 0x80050033);
	assert_int_equal(cpus[0].cr3, 0x1fbe000);
	assert_int_equal(cpus[0].cr4, 0x751ef0);
	assert_int_equal(cpus[0].efer, 0xd01);
	assert_int_equal(cpus[1].index, 1);
	assert_int_equal(cpus[1].rip, 0xfff0);
	assert_int_equal(cpus[1].cr0, 0x60000010);
	free(cpus);
}

static void modes_of_a_cpu(void **state)
{
	struct fathom_wire_cpu *cpus;
	char *text = strdup(cpu_0);
	uint32_t count;
	bool in_smm;

	(void)state;
	memcpy(strstr(text, "CPL=0"), "CPL=3", 5);
	client_no_error(monitor_registers(text, &cpus, &count, &in_smm));
	assert_int_equal(cpus[0].flags, FATHOM_CPU_USER_MODE);
	assert_false(in_smm);
	free(cpus);
	memcpy(strstr(text, "SMM=0"), "SMM=1", 5);
	client_no_error(monitor_registers(text, &cpus, &count, &in_smm));
	assert_true(in_smm);
	free(cpus);
	free(text);
}

static void registers_say(const char *text, const char *message)
{
	struct fathom_wire_cpu *cpus;
	uint32_t count;
	bool in_smm;

	client_error_says(monitor_registers(text, &cpus, &count, &in_smm),
			  message);
}

/* Each register in turn is not there, or is no number. */
static void registers_that_lack_something(void **state)
{
	static const char *const names[] = {
		"RIP=", "GS =", "GDT=", "IDT=", "CR0=", "CR3=", "CR4=", "EFER=",
	};
	size_t i;

	(void)state;
	registers_say("", "no CPU");
	registers_say("CPU#0\n", "CPU 0 lacks");
	registers_say("\nCR3=0000000000001000\n", "no CPU");
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *text = strdup(cpu_0);
		char *place = strstr(text, names[i]);

		assert_non_null(place);
		place[0] = 'x';
		registers_say(text, "CPU 0 lacks");
		place[0] = names[i][0];
		memset(place + strlen(names[i]), 'x', 12);
		registers_say(text, "CPU 0 lacks");
		free(text);
	}
}

static void truncated_registers(void **state)
{
	struct fathom_wire_cpu *cpus;
	struct fathom_error *error;
	uint32_t count;
	size_t size;
	bool in_smm;

	(void)state;
	for (size = 0; size < sizeof(cpu_0); size++) {
		char *text = strndup(cpu_0, size);

		error = monitor_registers(text, &cpus, &count, &in_smm);
		if (!error)
			free(cpus);
		/* EFER's last digits may go without notice. */
		assert_true(error || size > sizeof(cpu_0) - 70);
		fathom_error_destroy(error);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_around_the_hole),
		cmocka_unit_test(older_machines_name_regions_by_path),
		cmocka_unit_test(memory_maps_that_lie),
		cmocka_unit_test(registers_of_all_cpus),
		cmocka_unit_test(modes_of_a_cpu),
		cmocka_unit_test(registers_that_lack_something),
		cmocka_unit_test(truncated_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
