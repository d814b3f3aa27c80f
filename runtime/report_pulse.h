/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Whether the agent is still there: a thread that calls it, so that nobody else
 * waits when it does not answer.
 */
#ifndef FATHOM_REPORT_PULSE_H
#define FATHOM_REPORT_PULSE_H

#include <stdbool.h>

#include "report_message.h"

struct fathom_target;
struct report_pulse;

/**
 * Start the thread.
 *
 * @param[in] wake An eventfd(2) that is written to when a call is back.
 * @return NULL if that cannot be done.
 */
struct report_pulse *report_pulse_start(struct fathom_target *target, int wake);

/** Ask for an agent call that is made after this. */
void report_pulse_ask(struct report_pulse *pulse);

/**
 * @param[out] beat What is known: the counters of the last call that is back,
 * and whether one has come back since it was asked for.
 * @return Whether one has.
 */
bool report_pulse_take(struct report_pulse *pulse, struct report_beat *beat);

#endif /* FATHOM_REPORT_PULSE_H */
