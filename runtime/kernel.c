/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The kernel's functions for taking turns. The picture that an IDS sees
 * stands still, and nobody waits for it: there is nothing to do.
 */
#include <stdbool.h>
#include <stdio.h>

#include "kernel_stand_in.h"

#define DEFINE_NOTHING(name) \
	void name(void);     \
	void name(void)      \
	{                    \
	}

DEFINE_NOTHING(__rcu_read_lock)
DEFINE_NOTHING(__rcu_read_unlock)
DEFINE_NOTHING(rcu_read_unlock_strict)
DEFINE_NOTHING(synchronize_rcu)
DEFINE_NOTHING(preempt_schedule)
DEFINE_NOTHING(__local_bh_enable_ip)

/* A static call's trampoline; the function behind it may sleep or not. */
int __SCT__might_resched(void);
int __SCT__might_resched(void)
{
	return 0;
}

int __SCT__cond_resched(void);
int __SCT__cond_resched(void)
{
	return 0;
}

int __cond_resched(void);
int __cond_resched(void)
{
	return 0;
}

/* CONFIG_DEBUG_LIST before 6.6: asked before each change of a list. */
bool __list_add_valid(void *entry, void *previous, void *next);
FATHOM_STAND_IN(__list_add_valid);
bool __list_add_valid(void *entry, void *previous, void *next)
{
	(void)entry;
	(void)previous;
	(void)next;
	return true;
}

bool __list_del_entry_valid(void *entry);
FATHOM_STAND_IN(__list_del_entry_valid);
bool __list_del_entry_valid(void *entry)
{
	(void)entry;
	return true;
}

/* <linux/types.h>. */
struct list_head {
	struct list_head *next, *prev;
};

static const struct list_head *next_of(const struct list_head *entry)
{
	return fathom_load_pointer(&entry->next, 0);
}

static const struct list_head *prev_of(const struct list_head *entry)
{
	return fathom_load_pointer(&entry->prev, 0);
}

/* Since then the answer is a check, and "no" leaves the list as it is. */
bool __list_add_valid_or_report(const struct list_head *entry,
				const struct list_head *prev,
				const struct list_head *next);
FATHOM_STAND_IN(__list_add_valid_or_report);
bool __list_add_valid_or_report(const struct list_head *entry,
				const struct list_head *prev,
				const struct list_head *next)
{
	if (prev && next && prev_of(next) == prev && next_of(prev) == next &&
	    entry != prev && entry != next)
		return true;
	fprintf(stderr, "list_add corruption: %p between %p and %p\n",
		fathom_untag(entry), fathom_untag(prev), fathom_untag(next));
	return false;
}

bool __list_del_entry_valid_or_report(const struct list_head *entry);
FATHOM_STAND_IN(__list_del_entry_valid_or_report);
bool __list_del_entry_valid_or_report(const struct list_head *entry)
{
	const struct list_head *prev = prev_of(entry), *next = next_of(entry);

	if (prev && next && next_of(prev) == entry && prev_of(next) == entry)
		return true;
	fprintf(stderr, "list_del corruption: %p\n", fathom_untag(entry));
	return false;
}
