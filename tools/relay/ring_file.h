/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The shared memory as a file: of tmpfs, or a PCI device's in /sys.
 */
#ifndef FATHOM_RELAY_RING_FILE_H
#define FATHOM_RELAY_RING_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include <fathom/error.h>

/** Who may have it, and how long it is, if it is to be made. */
struct ring_file_settings {
	size_t size;
	mode_t mode;
	uid_t uid;
	gid_t gid;
};

/**
 * Map the file at @p path, which is made if it is missing. One that is there
 * must hold zeroes or what an earlier relay left.
 *
 * @param[out] memory,size Until it is unmapped, no other relay of this machine
 * serves there: the mapping keeps a lock.
 */
struct fathom_error *ring_file_open(const char *path,
				    const struct ring_file_settings *settings,
				    void **memory, size_t *size);

#endif /* FATHOM_RELAY_RING_FILE_H */
