/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom run --seal`: a process that its peers can neither look into nor make
 * use of, as far as Linux can. docs/enclave.md says how far that is.
 */
#ifndef FATHOM_SEAL_PROCESS_H
#define FATHOM_SEAL_PROCESS_H

#include <stdbool.h>

#include <fathom/error.h>

/**
 * Before the first secret is there: no core dump, no tracer, no new
 * privileges, secret memory for keys and view.
 */
struct fathom_error *fathom_seal_prepare(void);

/**
 * When all is open that has to be: a user ID of its own (if the process is
 * root's), no file system, no system call but those that looking at the target
 * and printing need.
 *
 * @param[in] uri The target's. What its connection takes when it is made anew
 * stays allowed: the user that a monitor's socket belongs to, or TCP.
 * @param[in] reports There is a watcher, who is connected to by TCP.
 */
struct fathom_error *fathom_seal_close(const char *uri, bool reports);

/* seal_user.c */

/**
 * Become a user that nobody else is. Does nothing unless root.
 *
 * @param[in] socket Its group stays the process's, if the group may connect;
 * NULL: no group stays.
 */
struct fathom_error *fathom_seal_user(const char *socket);

/** Give up all capabilities. */
struct fathom_error *fathom_seal_capabilities(void);

/* seal_files.c */

/**
 * Landlock: what is open stays so, nothing else can be opened.
 *
 * @param[in] tcp Connections by TCP stay possible.
 */
struct fathom_error *fathom_seal_files(bool tcp);

/* seal_syscalls.c */

/**
 * Allow the system calls that are needed, and end the program at others.
 *
 * @param[in] tcp Sockets of TCP, besides Unix sockets.
 */
struct fathom_error *fathom_seal_syscalls(bool tcp);

#endif /* FATHOM_SEAL_PROCESS_H */
