/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Spin locks: the picture that is read stands still, and nobody waits for it.
 * To ask for the lock would also mean to wait for a holder who cannot go on.
 */
#ifndef __LINUX_SPINLOCK_API_SMP_H
#define __LINUX_SPINLOCK_API_SMP_H

#ifndef __LINUX_INSIDE_SPINLOCK_H
#error "please don't include this file directly"
#endif

int in_lock_functions(unsigned long addr);

#define assert_raw_spin_locked(lock)		   ((void)(lock))

#define _raw_spin_lock(lock)			   ((void)(lock))
#define _raw_spin_lock_nested(lock, subclass)	   ((void)(lock))
#define _raw_spin_lock_nest_lock(lock, map)	   ((void)(lock))
#define _raw_spin_lock_bh(lock)			   ((void)(lock))
#define _raw_spin_lock_irq(lock)		   ((void)(lock))
#define _raw_spin_lock_irqsave(lock)		   ((void)(lock), 0UL)
#define _raw_spin_lock_irqsave_nested(lock, class) ((void)(lock), 0UL)
#define _raw_spin_trylock(lock)			   ((void)(lock), 1)
#define _raw_spin_trylock_bh(lock)		   ((void)(lock), 1)
#define _raw_spin_unlock(lock)			   ((void)(lock))
#define _raw_spin_unlock_bh(lock)		   ((void)(lock))
#define _raw_spin_unlock_irq(lock)		   ((void)(lock))
#define _raw_spin_unlock_irqrestore(lock, flags)   ((void)(lock), (void)(flags))

#include <linux/rwlock_api_smp.h>

#endif /* __LINUX_SPINLOCK_API_SMP_H */
