/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The read calls of RemoteTrans, for programs that were written for it: a thin
 * layer over what <fathom/ids.h> offers. Programs are compiled with fathom-cc
 * and started by `fathom run`, as all are; new ones need none of this, since
 * they follow the kernel's pointers by themselves.
 *
 * What is read is a picture of one epoch like everything else: the same address
 * reads the same until fathom_refresh(). A session that failed, or a target
 * that has gone, is a fault.
 */
#ifndef FATHOM_REMOTE_TRANS_H
#define FATHOM_REMOTE_TRANS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read memory of the kernel.
 *
 * @param[in] vaddr Kernel address; one of the lower half is refused.
 * @param[in] size Bytes, more than 0.
 * @return @p size bytes of this program's memory, for free(); NULL if not all
 * of them can be read, or memory is short.
 */
void *rt_get_data(unsigned long vaddr, size_t size);

/**
 * Read memory of a process.
 *
 * @param[in] vaddr Address in the process.
 * @param[in] size Bytes, more than 0.
 * @param[in] pgd The process's top-level page table: its physical address (what
 * CR3 holds; flags in the lowest 12 bits are ignored), or the kernel's pointer
 * to it (`mm->pgd`).
 * @return As above.
 */
void *rt_get_proc_data(unsigned long vaddr, size_t size, unsigned long pgd);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_REMOTE_TRANS_H */
