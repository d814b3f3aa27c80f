/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Reader-writer spin locks: see spinlock_api_smp.h. */
#ifndef __LINUX_RWLOCK_API_SMP_H
#define __LINUX_RWLOCK_API_SMP_H

#ifndef __LINUX_SPINLOCK_API_SMP_H
#error "please don't include this file directly"
#endif

#define _raw_read_lock(lock)			  ((void)(lock))
#define _raw_write_lock(lock)			  ((void)(lock))
#define _raw_write_lock_nested(lock, subclass)	  ((void)(lock))
#define _raw_read_lock_bh(lock)			  ((void)(lock))
#define _raw_write_lock_bh(lock)		  ((void)(lock))
#define _raw_read_lock_irq(lock)		  ((void)(lock))
#define _raw_write_lock_irq(lock)		  ((void)(lock))
#define _raw_read_lock_irqsave(lock)		  ((void)(lock), 0UL)
#define _raw_write_lock_irqsave(lock)		  ((void)(lock), 0UL)
#define _raw_read_trylock(lock)			  ((void)(lock), 1)
#define _raw_write_trylock(lock)		  ((void)(lock), 1)
#define _raw_read_unlock(lock)			  ((void)(lock))
#define _raw_write_unlock(lock)			  ((void)(lock))
#define _raw_read_unlock_bh(lock)		  ((void)(lock))
#define _raw_write_unlock_bh(lock)		  ((void)(lock))
#define _raw_read_unlock_irq(lock)		  ((void)(lock))
#define _raw_write_unlock_irq(lock)		  ((void)(lock))
#define _raw_read_unlock_irqrestore(lock, flags)  ((void)(lock), (void)(flags))
#define _raw_write_unlock_irqrestore(lock, flags) ((void)(lock), (void)(flags))

#endif /* __LINUX_RWLOCK_API_SMP_H */
