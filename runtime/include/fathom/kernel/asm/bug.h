/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * BUG() and WARN() without trapping instructions. A warning goes to standard
 * error, once per place; BUG() is a fault.
 */
#ifndef FATHOM_KERNEL_ASM_BUG_H
#define FATHOM_KERNEL_ASM_BUG_H

#ifndef __ASSEMBLY__

#include <linux/stringify.h>
#include <linux/instrumentation.h>

__attribute__((noreturn, cold)) void __fathom_bug(const char *file, int line);
__attribute__((cold)) void __fathom_warn(const char *file, int line);

#define HAVE_ARCH_BUG
#define BUG() __fathom_bug(__FILE__, __LINE__)

#define __WARN_FLAGS(...)                                  \
	do {                                               \
		static unsigned char __fathom_warned;      \
		if (!__fathom_warned) {                    \
			__fathom_warned = 1;               \
			__fathom_warn(__FILE__, __LINE__); \
		}                                          \
	} while (0)

#endif /* __ASSEMBLY__ */

#include <asm-generic/bug.h>

#endif /* FATHOM_KERNEL_ASM_BUG_H */
