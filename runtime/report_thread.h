/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Threads of libfathom's own in a program that knows nothing of them.
 */
#ifndef FATHOM_REPORT_THREAD_H
#define FATHOM_REPORT_THREAD_H

#include <stdbool.h>

/**
 * Start a thread that lives as long as the process. The program's signals are
 * not handled in it.
 */
bool report_thread_start(void *(*run)(void *), void *argument);

#endif /* FATHOM_REPORT_THREAD_H */
