/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Raising the SMI: see smi.h. */
#include "smi.h"

#include <errno.h>
#include <stddef.h>
#include <sys/io.h>

#include <fathom/mailbox.h>

/*
 * Turns of the loop below, some ten cycles each: up to a millisecond. The
 * machine stands still while the agent works, so they pass before it begins.
 */
#define TURNS 20000u

struct fathom_error *smi_allow(void)
{
	if (!ioperm(FATHOM_SMI_PORT, 1, 1))
		return NULL;
	return fathom_error_os(
		errno,
		"cannot use I/O port 0x%x, which raises the SMI (needs root, and a kernel that is not locked down)",
		FATHOM_SMI_PORT);
}

/*
 * The SMI may come some instructions after the write to the port, and the
 * agent looks for the CPU that asked by its registers: they must not change
 * until it has answered.
 */
struct fathom_error *smi_raise(void *context, uint64_t sequence,
			       const volatile uint64_t *done)
{
	unsigned int turns = TURNS;

	(void)context;
	__asm__ volatile("outb %%al, %%dx\n"
			 "1:\n\t"
			 "cmpq %%rcx, (%[done])\n\t"
			 "je 2f\n\t"
			 "pause\n\t"
			 "decl %[turns]\n\t"
			 "jnz 1b\n"
			 "2:"
			 : [turns] "+r"(turns)
			 : [done] "r"(done), "a"(FATHOM_SMI_COMMAND),
			   "d"(FATHOM_SMI_PORT), "b"(FATHOM_SMI_MAGIC),
			   "c"(sequence)
			 : "memory", "cc");
	return NULL;
}
