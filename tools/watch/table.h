/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom watch --top`: the state file as a table.
 */
#ifndef FATHOM_WATCH_TABLE_H
#define FATHOM_WATCH_TABLE_H

/**
 * Print the table: once, or again and again if stdout is a terminal, until
 * Ctrl-C.
 *
 * @return Exit status: 1 if no watcher runs.
 */
int watch_table_show(const char *state_path);

#endif /* FATHOM_WATCH_TABLE_H */
