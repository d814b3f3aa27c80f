/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Functions of <fathom/ids.h> that programs call by name. That header is for
 * programs (it leads to the kernel's headers), so the prototypes are repeated.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <fathom/abi.h>
#include <fathom/error.h>
#include <fathom/target.h>

#include "kernel_stand_in.h"
#include "raise.h"
#include "target_state.h"
#include "thread.h"
#include "time_limit.h"
#include "view.h"

void *__fathom_local(unsigned long address);
void fathom_refresh(void);
const char *__fathom_symbol_name(unsigned long address);
unsigned long fathom_symbol_value(const char *name);
size_t fathom_read_space(unsigned long root, unsigned long address,
			 void *buffer, size_t size);

/* A buffer of either kind may be handed in; only a local one is written. */
FATHOM_STAND_IN(fathom_read_space);

void *__fathom_local(unsigned long address)
{
	void *ptr = (void *)address;

	if (ptr)
		__fathom_check_local(ptr, NULL);
	return ptr;
}

static struct fathom_target *target_or_die(void)
{
	if (!fathom_default)
		fathom_die(FATHOM_EXIT_USAGE,
			   "the target is used before it is open");
	return fathom_default;
}

/* Raise what a fathom_target_*() function returned. */
static _Noreturn void raise_error(struct fathom_error *error)
{
	/* Faults refer to it for good: the thread's last one stays. */
	static _Thread_local char message[512];
	enum fathom_fault_reason reason = error->code == FATHOM_ERROR_TARGET
						  ? FATHOM_FAULT_TARGET_GONE
						  : FATHOM_FAULT_AGENT;

	snprintf(message, sizeof(message), "%s", error->message);
	fathom_error_destroy(error);
	fathom_raise(reason, message, 0, 0, NULL);
}

void fathom_refresh(void)
{
	struct fathom_error *error = fathom_target_refresh(target_or_die());

	if (error)
		raise_error(error);
	if (__fathom_refreshed)
		__fathom_refreshed();
}

const char *__fathom_symbol_name(unsigned long address)
{
	struct fathom_symbol_info info;
	struct fathom_error *error =
		fathom_symbol_at(target_or_die(), address, &info);

	fathom_error_destroy(error);
	return !error && info.address == address ? info.name : NULL;
}

unsigned long fathom_symbol_value(const char *name)
{
	uint64_t address = 0;

	fathom_error_destroy(
		fathom_symbol_address(target_or_die(), name, &address));
	return address;
}

/* Failures that are not for a missing page of the process. */
static int is_serious(enum fathom_fault_reason reason)
{
	return reason == FATHOM_FAULT_TARGET_GONE ||
	       reason == FATHOM_FAULT_AGENT || reason == FATHOM_FAULT_VIEW_FULL;
}

size_t fathom_read_space(unsigned long root, unsigned long address,
			 void *buffer, size_t size)
{
	struct fathom_target *target = target_or_die();
	struct fathom_view_result result;
	size_t done;

	if (!size || root < FATHOM_PAGE_SIZE || root % FATHOM_PAGE_SIZE)
		return 0;
	fathom_writable(buffer, size, NULL);
	if (fathom_time_is_over())
		fathom_raise(FATHOM_FAULT_TIME, NULL, address, size, NULL);
	fathom_thread_enter();
	result = fathom_view_read(target->view,
				  root | target->info.paging_levels,
				  FATHOM_UNTAG(address), buffer, size, &done);
	fathom_thread_leave();
	if (is_serious(result.reason))
		fathom_raise(result.reason, result.message, address, size,
			     NULL);
	return done;
}
