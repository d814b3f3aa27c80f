/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Feature tests patched into the code: ask boot_cpu_data instead. */
#include_next <asm/cpufeature.h>

#ifndef FATHOM_KERNEL_ASM_CPUFEATURE_H
#define FATHOM_KERNEL_ASM_CPUFEATURE_H

#ifdef static_cpu_has
#undef static_cpu_has
#define static_cpu_has(bit) boot_cpu_has(bit)
#endif

#endif /* FATHOM_KERNEL_ASM_CPUFEATURE_H */
