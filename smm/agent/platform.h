/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What the sealing code asks of the platform it is compiled for. Each platform
 * defines these functions: hosts in smm/host/random.c, the firmware driver its
 * own.
 */
#ifndef FATHOM_AGENT_PLATFORM_H
#define FATHOM_AGENT_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fill @p buffer with random bytes fit for keys: from the kernel (getrandom)
 * on hosts, from the processor (RDRAND) in SMM.
 *
 * @return false when the source fails. The caller then makes no key at all.
 */
bool fathom_platform_random(void *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_AGENT_PLATFORM_H */
