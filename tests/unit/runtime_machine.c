/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include "runtime_machine.h"

#include <stdlib.h>
#include <string.h>

#include "target_state.h"

uint8_t machine_memory[MACHINE_SIZE];
struct fake_channel machine_fake;

int machine_set_up(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 0; i < MACHINE_SIZE; i++)
		machine_memory[i] = (uint8_t)(i * 13 + (i >> 12) + (i >> 20));
	fake_channel_init(&machine_fake);
	fake_channel_map(&machine_fake, MACHINE_SPACE, MACHINE_START,
			 machine_memory, MACHINE_SIZE);
	return fathom_target_create("fake:", &machine_fake.channel,
				    MACHINE_SPACE, &fathom_default) != NULL;
}

int machine_tear_down(void **state)
{
	(void)state;
	fathom_target_close(fathom_default);
	return machine_fake.destroyed != 1;
}

const uint8_t *machine_at(uint64_t address)
{
	if (address < MACHINE_START || address >= MACHINE_END)
		abort();
	return machine_memory + (address - MACHINE_START);
}

void machine_put(uint64_t address, uint64_t value)
{
	memcpy((void *)machine_at(address), &value, sizeof(value));
}

const void *machine_load(uint64_t address, uint64_t size,
			 const struct fathom_site *site, bool *hit)
{
	const struct fathom_tlb_entry *entry =
		&__fathom_tlb[(address >> FATHOM_PAGE_SHIFT) & FATHOM_TLB_MASK];
	bool found = __atomic_load_n(&entry->tag, __ATOMIC_RELAXED) ==
		     ((address + size - 1) & ~(FATHOM_PAGE_SIZE - 1));

	if (hit)
		*hit = found;
	if (found)
		return (const void *)(uintptr_t)(address + entry->addend);
	return __fathom_translate(address, size, site);
}

uint64_t machine_word(uint64_t address)
{
	uint64_t value;

	memcpy(&value, machine_load(address, 8, NULL, NULL), sizeof(value));
	return value;
}

void machine_write_word(uint64_t address, uint64_t value)
{
	memcpy(__fathom_translate_write(address, 8, NULL), &value,
	       sizeof(value));
}
