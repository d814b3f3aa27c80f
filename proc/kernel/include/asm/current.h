/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Who asks: the first process of the target, which may see everything and
 * lives in the first namespaces, as a reader of /proc who is root does.
 */
#include_next <asm/current.h>

#ifndef FATHOM_PROC_ASM_CURRENT_H
#define FATHOM_PROC_ASM_CURRENT_H

struct task_struct *source_current(void);

#undef current
#define current source_current()

#endif /* FATHOM_PROC_ASM_CURRENT_H */
