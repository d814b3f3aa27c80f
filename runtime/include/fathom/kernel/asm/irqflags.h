/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Interrupts of the machine the IDS runs on are not its business. Kernels
 * built for Xen do this through paravirt_types.h.
 */
#ifdef CONFIG_PARAVIRT_XXL
#include_next <asm/irqflags.h>
#elif !defined(FATHOM_KERNEL_ASM_IRQFLAGS_H)
#define FATHOM_KERNEL_ASM_IRQFLAGS_H

#include <asm/processor-flags.h>

#ifndef __ASSEMBLY__

#include <linux/types.h>
#include <asm/nospec-branch.h>

static __always_inline unsigned long native_save_fl(void)
{
	return X86_EFLAGS_IF;
}

static __always_inline unsigned long arch_local_save_flags(void)
{
	return X86_EFLAGS_IF;
}

static __always_inline unsigned long arch_local_irq_save(void)
{
	return X86_EFLAGS_IF;
}

static __always_inline void arch_local_irq_disable(void)
{
}

static __always_inline void arch_local_irq_enable(void)
{
}

static __always_inline void arch_local_irq_restore(unsigned long flags)
{
	(void)flags;
}

static __always_inline int arch_irqs_disabled_flags(unsigned long flags)
{
	return !(flags & X86_EFLAGS_IF);
}

static __always_inline int arch_irqs_disabled(void)
{
	return 0;
}

#endif /* __ASSEMBLY__ */
#endif
