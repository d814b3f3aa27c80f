/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* From an address space's number to the page tables that stand for it. */
#include "core.h"

#define CR0_PG	 (UINT64_C(1) << 31)
#define CR4_PAE	 (UINT64_C(1) << 5)
#define CR4_LA57 (UINT64_C(1) << 12)
#define EFER_LMA (UINT64_C(1) << 10)
#define EFER_NXE (UINT64_C(1) << 11)

/* Linux' PTI_USER_PGTABLE_BIT: the user's half of a pair of top tables. */
#define PTI_USER_BIT UINT64_C(0x1000)

/* Entries looked at together: a compromise between stack and port calls. */
#define TABLE_SLICE   64
#define TABLE_ENTRIES 512

uint32_t agent_load_cpus(struct fathom_agent *agent)
{
	uint32_t status;

	if (agent->cpus_known)
		return FATHOM_WIRE_OK;
	status = agent->port->cpus(agent->context, &agent->cpus,
				   &agent->cpu_count);
	agent->cpus_known = status == FATHOM_WIRE_OK;
	return status;
}

/* 64-bit paging: the only kind a 64-bit Linux runs with. */
static bool long_mode(const struct fathom_wire_cpu *cpu)
{
	return (cpu->cr0 & CR0_PG) && (cpu->cr4 & CR4_PAE) &&
	       (cpu->efer & EFER_LMA);
}

/*
 * Kernel mode first: its tables are the kernel's without guessing, unless the
 * CPU is on its way in or out. CPUs that have not been started page nothing.
 */
uint32_t agent_kernel_cpu(const struct fathom_agent *agent)
{
	uint32_t best = 0;
	int best_score = 0;
	uint32_t i;

	for (i = 0; i < agent->cpu_count; i++) {
		const struct fathom_wire_cpu *cpu = &agent->cpus[i];
		int score = 0;

		if (long_mode(cpu)) {
			score = 1 + 2 * !(cpu->flags & FATHOM_CPU_USER_MODE) +
				!(cpu->cr3 & PTI_USER_BIT);
		}
		if (score > best_score) {
			best = i;
			best_score = score;
		}
	}
	return best;
}

/*
 * Bit 12 of CR3 means two things. Under page-table isolation a process has a
 * pair of top tables, 8 KiB aligned: the kernel's, and after it the user's,
 * where bit 12 is set. Without isolation it is a bit of the address. So look:
 * the user's table maps the same user memory as its neighbour (same tables
 * below; there is some, for it is used to run user code), but of the kernel's
 * half only a few entries that the neighbour has too (entry code, descriptor
 * tables), and the neighbour has more of them (the direct map at least). Two
 * tables of different processes without isolation have different user memory
 * and equal kernel halves.
 */
struct pti_evidence {
	bool contradicted;
	bool same_user_memory;
	bool kernel_has_more;
};

static void compare_user_half(const struct fathom_agent *agent, uint64_t user,
			      uint64_t kernel, struct pti_evidence *evidence)
{
	if (!(user & AGENT_ENTRY_PRESENT))
		return;
	if ((kernel & AGENT_ENTRY_PRESENT) &&
	    agent_entry_address(agent, user) ==
		    agent_entry_address(agent, kernel))
		evidence->same_user_memory = true;
	else
		evidence->contradicted = true;
}

static void compare_kernel_half(uint64_t user, uint64_t kernel,
				struct pti_evidence *evidence)
{
	bool in_user = user & AGENT_ENTRY_PRESENT;
	bool in_kernel = kernel & AGENT_ENTRY_PRESENT;

	if (in_user && !in_kernel)
		evidence->contradicted = true;
	if (in_kernel && !in_user)
		evidence->kernel_has_more = true;
}

static bool is_pti_user_table(struct fathom_agent *agent, uint64_t table)
{
	struct pti_evidence evidence = {0};
	uint64_t user[TABLE_SLICE];
	uint64_t kernel[TABLE_SLICE];
	uint64_t offset;
	unsigned int first;
	unsigned int i;

	for (first = 0; first < TABLE_ENTRIES; first += TABLE_SLICE) {
		offset = first * sizeof(user[0]);
		if (agent_read_physical(agent, table + offset, user,
					sizeof(user)) ||
		    agent_read_physical(agent, (table ^ PTI_USER_BIT) + offset,
					kernel, sizeof(kernel)))
			return false;
		for (i = 0; i < TABLE_SLICE; i++) {
			if (first < TABLE_ENTRIES / 2)
				compare_user_half(agent, user[i], kernel[i],
						  &evidence);
			else
				compare_kernel_half(user[i], kernel[i],
						    &evidence);
		}
		if (evidence.contradicted)
			return false;
	}
	return evidence.same_user_memory && evidence.kernel_has_more;
}

static unsigned int cpu_levels(const struct fathom_wire_cpu *cpu)
{
	return cpu->cr4 & CR4_LA57 ? 5 : 4;
}

static uint32_t open_kernel(struct fathom_agent *agent, struct agent_space *ret)
{
	const struct fathom_wire_cpu *cpu;

	if (!agent->cpu_count)
		return FATHOM_WIRE_BAD_TABLE;
	cpu = &agent->cpus[agent_kernel_cpu(agent)];
	if (!long_mode(cpu))
		return FATHOM_WIRE_BAD_TABLE;
	ret->physical = false;
	ret->no_nx = !(cpu->efer & EFER_NXE);
	ret->levels = cpu_levels(cpu);
	ret->root = agent_entry_address(agent, cpu->cr3);
	if ((ret->root & PTI_USER_BIT) && is_pti_user_table(agent, ret->root))
		ret->root ^= PTI_USER_BIT;
	return FATHOM_WIRE_OK;
}

/* A root whose number of levels the reader does not know. */
static uint32_t guess_levels(struct fathom_agent *agent,
			     struct agent_space *ret)
{
	const struct fathom_wire_cpu *cpu;
	uint32_t status = agent_load_cpus(agent);

	if (status)
		return status;
	if (!agent->cpu_count) {
		ret->levels = 4;
		return FATHOM_WIRE_OK;
	}
	cpu = &agent->cpus[agent_kernel_cpu(agent)];
	ret->levels = cpu_levels(cpu);
	ret->no_nx = long_mode(cpu) && !(cpu->efer & EFER_NXE);
	return FATHOM_WIRE_OK;
}

uint32_t agent_space_open(struct fathom_agent *agent, uint64_t id,
			  struct agent_space *ret)
{
	uint64_t flags = id & (FATHOM_AGENT_PAGE_SIZE - 1);
	uint32_t status;

	ret->physical = id == FATHOM_SPACE_PHYSICAL;
	ret->no_nx = false;
	ret->levels = 0;
	ret->root = id - flags;
	if (ret->physical)
		return FATHOM_WIRE_OK;
	if (id == FATHOM_SPACE_KERNEL) {
		status = agent_load_cpus(agent);
		return status ? status : open_kernel(agent, ret);
	}
	switch (flags) {
	case 0:
		return guess_levels(agent, ret);
	case FATHOM_SPACE_4_LEVEL:
		ret->levels = 4;
		return FATHOM_WIRE_OK;
	case FATHOM_SPACE_5_LEVEL:
		ret->levels = 5;
		return FATHOM_WIRE_OK;
	default:
		return FATHOM_WIRE_BAD_TABLE;
	}
}
