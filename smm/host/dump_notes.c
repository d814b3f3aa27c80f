/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * CPU state in the ELF notes that QEMU writes into its dumps (QEMU's
 * target/i386/arch_dump.c, struct QEMUCPUState, version 1).
 */
#include "dump.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define QEMU_NOTE_NAME	       "QEMU"
#define QEMU_CPU_STATE_VERSION 1u

/* The dump is of 64-bit mode; 64-bit Linux always uses these, too. */
#define EFER_SCE (UINT64_C(1) << 0)
#define EFER_LME (UINT64_C(1) << 8)
#define EFER_LMA (UINT64_C(1) << 10)
#define EFER_NXE (UINT64_C(1) << 11)

struct qemu_segment {
	uint32_t selector;
	uint32_t limit;
	uint32_t flags;
	uint32_t pad;
	uint64_t base;
};

struct qemu_cpu_state {
	uint32_t version;
	uint32_t size;
	uint64_t general[16];
	uint64_t rip;
	uint64_t rflags;
	struct qemu_segment cs, ds, es, fs, gs, ss, ldt, tr, gdt, idt;
	uint64_t cr[5];
	uint64_t kernel_gs_base; /* not in dumps of old QEMUs */
};

static void fill_cpu(struct fathom_wire_cpu *cpu, uint32_t index,
		     const struct qemu_cpu_state *state)
{
	*cpu = (struct fathom_wire_cpu){
		.index = index,
		.flags = (state->cs.selector & 3) ? FATHOM_CPU_USER_MODE : 0,
		.cr0 = state->cr[0],
		.cr3 = state->cr[3],
		.cr4 = state->cr[4],
		.efer = EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE,
		.idt_base = state->idt.base,
		.gdt_base = state->gdt.base,
		.gs_base = state->gs.base,
		.kernel_gs_base = state->kernel_gs_base,
		.rip = state->rip,
	};
}

static struct fathom_error *add_cpu(struct fathom_wire_cpu **cpus,
				    uint32_t *count, const void *note,
				    size_t size)
{
	struct qemu_cpu_state state = {0};
	struct fathom_wire_cpu *list;

	if (size < offsetof(struct qemu_cpu_state, kernel_gs_base))
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "QEMU's note of CPU %" PRIu32
					   " has only %zu bytes",
					   *count, size);
	memcpy(&state, note, size < sizeof(state) ? size : sizeof(state));
	if (state.version != QEMU_CPU_STATE_VERSION)
		return fathom_error_create(FATHOM_ERROR_UNSUPPORTED,
					   "QEMU's note of CPU %" PRIu32
					   " has version %" PRIu32,
					   *count, state.version);
	if (*count == EMULATOR_MAX_CPUS)
		return fathom_error_create(FATHOM_ERROR_LIMIT,
					   "more than %u CPUs",
					   EMULATOR_MAX_CPUS);
	list = reallocarray(*cpus, *count + 1, sizeof(*list));
	if (!list)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	*cpus = list;
	fill_cpu(&list[*count], *count, &state);
	(*count)++;
	return NULL;
}

/* Size of a note's part with its padding; at most what a u32 and 3 make. */
static uint64_t padded(uint32_t size)
{
	return ((uint64_t)size + 3) & ~UINT64_C(3);
}

static struct fathom_error *walk_notes(const uint8_t *notes, size_t size,
				       struct fathom_wire_cpu **cpus,
				       uint32_t *count)
{
	size_t offset = 0;

	while (size - offset >= sizeof(Elf64_Nhdr)) {
		struct fathom_error *error;
		const uint8_t *name;
		Elf64_Nhdr header;
		uint64_t before; /* the note's data */
		uint64_t length;

		memcpy(&header, notes + offset, sizeof(header));
		before = sizeof(header) + padded(header.n_namesz);
		length = before + padded(header.n_descsz);
		name = notes + offset + sizeof(header);
		/* The padding of the last note may be missing. */
		if (before + header.n_descsz > size - offset)
			return fathom_error_create(
				FATHOM_ERROR_FORMAT,
				"the ELF note at offset 0x%zx of 0x%zx runs past their end",
				offset, size);
		if (header.n_namesz == sizeof(QEMU_NOTE_NAME) &&
		    !memcmp(name, QEMU_NOTE_NAME, sizeof(QEMU_NOTE_NAME))) {
			error = add_cpu(cpus, count, notes + offset + before,
					header.n_descsz);
			if (error)
				return error;
		}
		if (length >= size - offset)
			break;
		offset += length;
	}
	return NULL;
}

struct fathom_error *dump_notes_cpus(const void *notes, size_t size,
				     struct fathom_wire_cpu **cpus,
				     uint32_t *count)
{
	struct fathom_error *error;

	*cpus = NULL;
	*count = 0;
	error = walk_notes(notes, size, cpus, count);
	if (error) {
		free(*cpus);
		*cpus = NULL;
		*count = 0;
	}
	return error;
}
