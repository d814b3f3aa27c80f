/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Exit statuses of `fathom`, beside those of <fathom/target.h>. They are
 * documented in fathom(1); scripts depend on them.
 */
#ifndef FATHOM_TOOLS_STATUS_H
#define FATHOM_TOOLS_STATUS_H

/* A negative answer: no such symbol, something needed is missing. */
#define STATUS_NEGATIVE 1

/* As of env(1), nohup(1) and timeout(1). */
#define STATUS_TOOL_FAILED    125
#define STATUS_CANNOT_EXECUTE 126
#define STATUS_NOT_FOUND      127

#endif /* FATHOM_TOOLS_STATUS_H */
