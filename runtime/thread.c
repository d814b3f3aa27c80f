/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The registry of threads, their locks and their TLBs: see thread.h. */
#include "thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include <fathom/abi.h>
#include <fathom/error.h>
#include <fathom/target.h>

#include "crash.h"
#include "raise.h"
#include "target_state.h"
#include "undo.h"

/*
 * Not zero: an entry with tag 0 would serve the first page, and with it every
 * NULL pointer, from address 0 of this process.
 */
__thread struct fathom_tlb_entry __fathom_tlb[FATHOM_TLB_ENTRIES] = {
	[0 ... FATHOM_TLB_MASK] = {.tag = FATHOM_TLB_EMPTY},
};

struct reader {
	pthread_mutex_t lock;
	struct fathom_tlb_entry *tlb;
	struct reader *next;
	struct reader **link; /* what points to this one */
	bool registered;
};

/* Locks that notice when a signal handler wants what it interrupted. */
#define LOCK_INITIALIZER PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP

static __thread struct reader self = {.lock = LOCK_INITIALIZER};
static __thread volatile sig_atomic_t inside;

static pthread_mutex_t registry_lock = LOCK_INITIALIZER;
static struct reader *registry;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* its destructor sees threads end */

static void lock_or_die(pthread_mutex_t *lock)
{
	if (pthread_mutex_lock(lock) == 0)
		return;
	fathom_die(FATHOM_EXIT_CRASH,
		   "a signal handler reads the target, but has interrupted "
		   "just such a read");
}

static void unregister(void *arg)
{
	struct reader *reader = arg;

	lock_or_die(&registry_lock);
	*reader->link = reader->next;
	if (reader->next)
		reader->next->link = reader->link;
	reader->registered = false;
	pthread_mutex_unlock(&registry_lock);
	fathom_undo_thread_end();
	fathom_crash_thread_end();
}

/* The lock is held by the caller, or there is but one thread. */
static void add_to_registry(struct reader *reader)
{
	reader->next = registry;
	reader->link = &registry;
	if (registry)
		registry->link = &reader->next;
	registry = reader;
}

/*
 * The owner may be in the middle of a hit: each tag changes at once and its
 * addend not at all, so it sees the old translation or none.
 */
static void empty(struct fathom_tlb_entry *tlb)
{
	size_t i;

	for (i = 0; i < FATHOM_TLB_ENTRIES; i++)
		__atomic_store_n(&tlb[i].tag, FATHOM_TLB_EMPTY,
				 __ATOMIC_RELAXED);
}

static void start_own_epoch(void)
{
	struct fathom_error *error;

	if (!fathom_default)
		return;
	error = fathom_view_forked(fathom_default->view);
	if (error)
		fathom_die(FATHOM_EXIT_TARGET, "after a fork: %s",
			   error->message);
	empty(__fathom_tlb);
}

/* After fork(2) the other threads are gone, and with them their locks. */
static void forget_others(void)
{
	registry_lock = (pthread_mutex_t)LOCK_INITIALIZER;
	self.lock = (pthread_mutex_t)LOCK_INITIALIZER;
	registry = NULL;
	if (self.registered)
		add_to_registry(&self);
	start_own_epoch();
}

static void set_up(void)
{
	/* Without a key, threads that end stay registered: a leak no more. */
	if (pthread_key_create(&key, unregister))
		key = 0;
	pthread_atfork(NULL, NULL, forget_others);
}

static void register_self(void)
{
	pthread_once(&once, set_up);
	self.tlb = __fathom_tlb;
	lock_or_die(&registry_lock);
	add_to_registry(&self);
	self.registered = true;
	pthread_mutex_unlock(&registry_lock);
	pthread_setspecific(key, &self);
	fathom_crash_thread_start();
}

void fathom_thread_enter(void)
{
	if (!self.registered)
		register_self();
	lock_or_die(&self.lock);
	inside = 1;
}

void fathom_thread_leave(void)
{
	inside = 0;
	pthread_mutex_unlock(&self.lock);
}

bool fathom_thread_is_inside(void)
{
	return inside;
}

void fathom_threads_stop(void)
{
	struct reader *reader;

	lock_or_die(&registry_lock);
	for (reader = registry; reader; reader = reader->next)
		lock_or_die(&reader->lock);
}

void fathom_threads_resume(void)
{
	struct reader *reader;

	for (reader = registry; reader; reader = reader->next)
		pthread_mutex_unlock(&reader->lock);
	pthread_mutex_unlock(&registry_lock);
}

void fathom_threads_flush(void)
{
	struct reader *reader;

	for (reader = registry; reader; reader = reader->next)
		empty(reader->tlb);
	fathom_undo_forget();
}

void fathom_thread_forget(void)
{
	empty(__fathom_tlb);
	fathom_undo_forget();
}

void fathom_threads_try_flush(void)
{
	empty(__fathom_tlb);
	/* Who has it may be waiting for this thread's own lock. */
	if (pthread_mutex_trylock(&registry_lock))
		return;
	fathom_threads_flush();
	pthread_mutex_unlock(&registry_lock);
}
