/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The threads that read targets: who they are, and how to stop them all.
 *
 * A thread holds its own lock while it is inside a read, which nobody else
 * wants but a refresh: that takes the locks of all threads, so that none is
 * inside a read (or fills its TLB) while an epoch ends. The inline fast path
 * takes no lock; what it may still hold is the previous epoch's memory, which
 * lives until the refresh after that.
 */
#ifndef FATHOM_THREAD_H
#define FATHOM_THREAD_H

#include <stdbool.h>

/** Start a read. The first call of a thread registers it. Does not nest. */
void fathom_thread_enter(void);

/** End a read. Nothing between the two may raise a fault. */
void fathom_thread_leave(void);

/** Whether this thread is between the two; a signal handler may ask. */
bool fathom_thread_is_inside(void);

/** Wait until no thread is inside a read, and keep it so. */
void fathom_threads_stop(void);

/** Empty every thread's TLB. Only between stop and resume. */
void fathom_threads_flush(void);

void fathom_threads_resume(void);

/** Empty this thread's TLB; a signal handler may do it. */
void fathom_thread_forget(void);

/**
 * Empty every thread's TLB from inside a read: this thread's for certain, those
 * of others unless somebody is just stopping them.
 */
void fathom_threads_try_flush(void);

#endif /* FATHOM_THREAD_H */
