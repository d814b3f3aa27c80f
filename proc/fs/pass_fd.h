/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Open files from one process to another, over a socket of AF_UNIX.
 */
#ifndef FATHOMFS_PASS_FD_H
#define FATHOMFS_PASS_FD_H

/** @p tag says what it is. Returns 0 or -1 with errno. */
int pass_fd_send(int socket, char tag, int fd);

/** @return The file, close-on-exec; -1 at the end, or with errno. */
int pass_fd_receive(int socket, char *tag);

#endif /* FATHOMFS_PASS_FD_H */
