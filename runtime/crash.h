/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * When the program itself crashes (SIGSEGV, SIGBUS): say why in one line and
 * end with FATHOM_EXIT_CRASH, as a fault in the target's memory is told.
 */
#ifndef FATHOM_CRASH_H
#define FATHOM_CRASH_H

/**
 * Install the handlers, unless the program (or a sanitizer) has its own. The
 * calling thread gets a stack to explain the exhaustion of its own on.
 */
void fathom_crash_install(void);

/**
 * Explain system calls that the filter of a sealed process does not allow
 * (SIGSYS), and end the program with FATHOM_EXIT_CRASH; -1 and errno if the
 * handler cannot be installed, else 0.
 */
int fathom_crash_install_forbidden(void);

/** The same stack for another thread; nothing before the handlers are. */
void fathom_crash_thread_start(void);

/** Give the thread's stack back. */
void fathom_crash_thread_end(void);

#endif /* FATHOM_CRASH_H */
