/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What QEMU's human monitor prints, understood.
 */
#ifndef FATHOM_HOST_MONITOR_H
#define FATHOM_HOST_MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>
#include <fathom/wire.h>

#include "segments.h"

/** A memory backend whose memory is a file. */
struct ram_backend {
	char *id;
	char *path; /* as given to QEMU: may be relative to its directory */
	uint64_t size;
	int fd;
};

/**
 * Take from `info mtree -f` where the guest's memory lies in its backends'
 * files. It is the flat view that devices have, not the one a CPU has in SMM.
 */
struct fathom_error *monitor_memory_map(const char *text,
					const struct ram_backend *backends,
					size_t count,
					struct segments *segments);

/**
 * Take the CPUs from `info registers -a`.
 *
 * @param[out] cpus,count For the caller to free.
 * @param[out] in_smm Some CPU is in system management mode, where its
 * registers say nothing about the kernel.
 */
struct fathom_error *monitor_registers(const char *text,
				       struct fathom_wire_cpu **cpus,
				       uint32_t *count, bool *in_smm);

#endif /* FATHOM_HOST_MONITOR_H */
