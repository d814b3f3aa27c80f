/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Calls of assembly that is chosen by the features of a running CPU: BUG(). */
#include_next <asm/alternative.h>

#ifndef FATHOM_PROC_ASM_ALTERNATIVE_H
#define FATHOM_PROC_ASM_ALTERNATIVE_H

#ifndef __ASSEMBLY__

__attribute__((noreturn, cold)) void __fathom_bug(const char *file, int line);

#undef alternative_call
#define alternative_call(...) __fathom_bug(__FILE__, __LINE__)
#undef alternative_call_2
#define alternative_call_2(...) __fathom_bug(__FILE__, __LINE__)

#endif /* __ASSEMBLY__ */

#endif /* FATHOM_PROC_ASM_ALTERNATIVE_H */
