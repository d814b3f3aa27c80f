/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What is written is written for good before it is acknowledged.
 */
#ifndef FATHOM_WATCH_SERVER_COMMIT_H
#define FATHOM_WATCH_SERVER_COMMIT_H

#include "server_state.h"

/**
 * Write down for good what was written since the last time, and acknowledge it.
 * If that fails, those who have sent it must send it again: they are closed.
 */
void watch_server_commit(struct watch_server *server);

#endif /* FATHOM_WATCH_SERVER_COMMIT_H */
