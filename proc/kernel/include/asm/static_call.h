/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Calls that the kernel patches lead to functions of their own name: those are
 * stand-ins, or missing.
 */
#include_next <asm/static_call.h>

#ifndef FATHOM_PROC_ASM_STATIC_CALL_H
#define FATHOM_PROC_ASM_STATIC_CALL_H

#undef ARCH_DEFINE_STATIC_CALL_TRAMP
#define ARCH_DEFINE_STATIC_CALL_TRAMP(name, func) struct __fathom_unused
#undef ARCH_DEFINE_STATIC_CALL_NULL_TRAMP
#define ARCH_DEFINE_STATIC_CALL_NULL_TRAMP(name) struct __fathom_unused
#undef ARCH_DEFINE_STATIC_CALL_RET0_TRAMP
#define ARCH_DEFINE_STATIC_CALL_RET0_TRAMP(name) struct __fathom_unused

#endif /* FATHOM_PROC_ASM_STATIC_CALL_H */
