/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Control registers: whoever asks for one here finds it to be 0. */
#include_next <asm/paravirt_types.h>

#ifndef FATHOM_PROC_ASM_PARAVIRT_TYPES_H
#define FATHOM_PROC_ASM_PARAVIRT_TYPES_H

#ifdef PVOP_ALT_CALLEE0
#undef PVOP_ALT_CALLEE0
#define PVOP_ALT_CALLEE0(rettype, op, alt, ...) \
	((rettype)((alt)[0] == 'p' ? 1UL << 9 : 0))
#endif

#endif /* FATHOM_PROC_ASM_PARAVIRT_TYPES_H */
