/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * An IDS runs on no CPU of the target: it is never preempted there, and is in
 * no interrupt.
 */
#ifndef FATHOM_KERNEL_ASM_PREEMPT_H
#define FATHOM_KERNEL_ASM_PREEMPT_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <asm/percpu.h>
#include <asm/current.h>
#include <linux/static_call_types.h>

#define PREEMPT_NEED_RESCHED 0x80000000
#define PREEMPT_ENABLED	     (0 + PREEMPT_NEED_RESCHED)

static __always_inline int preempt_count(void)
{
	return 0;
}

static __always_inline void preempt_count_set(int count)
{
	(void)count;
}

static __always_inline void set_preempt_need_resched(void)
{
}

static __always_inline void clear_preempt_need_resched(void)
{
}

static __always_inline bool test_preempt_need_resched(void)
{
	return false;
}

static __always_inline void __preempt_count_add(int count)
{
	(void)count;
}

static __always_inline void __preempt_count_sub(int count)
{
	(void)count;
}

static __always_inline bool __preempt_count_dec_and_test(void)
{
	return false;
}

static __always_inline bool should_resched(int count)
{
	(void)count;
	return false;
}

#define init_task_preempt_count(task) \
	do {                          \
	} while (0)
#define init_idle_preempt_count(task, cpu) \
	do {                               \
	} while (0)
#define __preempt_schedule() \
	do {                 \
	} while (0)
#define __preempt_schedule_notrace() \
	do {                         \
	} while (0)

#endif /* FATHOM_KERNEL_ASM_PREEMPT_H */
