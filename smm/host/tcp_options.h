/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What TCP connections of ours have in common.
 */
#ifndef FATHOM_HOST_TCP_OPTIONS_H
#define FATHOM_HOST_TCP_OPTIONS_H

/**
 * Send at once, since messages and replies take turns; and notice within a
 * minute that the other side is gone without having said so.
 *
 * @return 0, or -1 with errno.
 */
int tcp_options_set(int fd);

#endif /* FATHOM_HOST_TCP_OPTIONS_H */
