/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Where the findings of this process go, from its start to its end.
 */
#ifndef FATHOM_REPORT_START_H
#define FATHOM_REPORT_START_H

#include <stdbool.h>

#include <fathom/error.h>

#include "report_finding.h"

struct fathom_target;

/**
 * Read the settings (FATHOM_REPORT and others, see fathom-run(1)) and keys,
 * before the process is sealed.
 */
struct fathom_error *report_prepare(void);

bool report_goes_to_watcher(void);

/** When the target is open and the process sealed: connect to the watcher. */
struct fathom_error *report_start(struct fathom_target *target);

/**
 * The target cannot be opened, or the process not be sealed: tell whoever gets
 * findings why, for the program ends now. Does nothing if nobody wants to know.
 *
 * @param[in] uri The target's.
 */
void report_not_started(const char *uri, const struct fathom_error *reason);

/** Hand a finding to whoever gets them. */
void report_send(const struct report_finding *finding);

/**
 * The process is about to end with this status: deliver what waits.
 *
 * @return The status to end with: FATHOM_EXIT_REPORT if the program's own would
 * hide that findings are lost.
 */
int report_end(int status);

#endif /* FATHOM_REPORT_START_H */
