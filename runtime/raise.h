/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The two ways in which libfathom ends what an IDS program is doing: faults,
 * which the program may catch, and messages that it may not. Not installed.
 */
#ifndef FATHOM_RAISE_H
#define FATHOM_RAISE_H

#include <stdbool.h>
#include <stdint.h>

#include <fathom/fault.h>

/**
 * Raise a fault: go to the innermost fathom_catch of the thread, or report it
 * and end the program. Callers hold no lock.
 *
 * @param[in] message The reason in words; must live on. NULL: the default.
 * @param[in] address Tagged ones are reported untagged.
 * @param[in] site NULL if unknown.
 */
_Noreturn void fathom_raise(enum fathom_fault_reason reason,
			    const char *message, fathom_u64 address,
			    fathom_u64 size, const struct fathom_site *site);

/** Faults of this process so far, caught ones included. */
uint64_t fathom_fault_count(void);

/** Whether a fault of this thread would be caught. */
bool fathom_is_caught(void);

/** "PROGRAM: fathom: ..." on stderr, then _exit(@p status). */
_Noreturn void fathom_die(int status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Flush stdout, run what @ref fathom_at_end() was given, _exit(). */
_Noreturn void fathom_end(int status);

/** To run before the process ends by a fault or message; one function. */
void fathom_at_end(void (*function)(void));

#endif /* FATHOM_RAISE_H */
