/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Paravirtualised operations that only compute: what the alternative for bare
 * hardware does, in C. (The target's page tables are read as the CPU reads
 * them, so Xen's translations do not matter here.) The others stay what they
 * are; the pass rejects their assembly.
 */
#include_next <asm/paravirt_types.h>

#ifndef FATHOM_KERNEL_ASM_PARAVIRT_TYPES_H
#define FATHOM_KERNEL_ASM_PARAVIRT_TYPES_H

#ifdef PVOP_ALT_CALLEE1
/* "mov %rdi, %rax" (pte_val and its kin) or "xor %eax, %eax". */
#undef PVOP_ALT_CALLEE1
#define PVOP_ALT_CALLEE1(rettype, op, arg1, alt, cond) \
	((rettype)((alt)[0] == 'm' ? (arg1) : 0))
#endif

#ifdef PVOP_ALT_VCALLEE0
/* Interrupts on and off. */
#undef PVOP_ALT_VCALLEE0
#define PVOP_ALT_VCALLEE0(op, alt, cond) \
	do {                             \
	} while (0)

/* "pushf; pop %rax": interrupts are on. CR2 is not ours to read. */
unsigned long __fathom_control_register(void)
	__attribute__((error("an IDS cannot read control registers")));
#undef PVOP_ALT_CALLEE0
#define PVOP_ALT_CALLEE0(rettype, op, alt, cond) \
	((rettype)((alt)[0] == 'p' ? 1UL << 9 : __fathom_control_register()))
#endif

#endif /* FATHOM_KERNEL_ASM_PARAVIRT_TYPES_H */
