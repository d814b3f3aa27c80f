/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A bound of CPU time for what a thread does with the target's memory. Bounds
 * of single loops multiply where loops are in loops; this one does not.
 *
 * When the time is over, a signal empties the thread's TLB: the next access
 * takes the slow path, where a fault can be raised. So the fast path pays
 * nothing for it.
 */
#ifndef FATHOM_TIME_LIMIT_H
#define FATHOM_TIME_LIMIT_H

#include <stdbool.h>

/** Whether this thread's time is over. */
bool fathom_time_is_over(void);

#endif /* FATHOM_TIME_LIMIT_H */
