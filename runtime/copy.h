/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What libc's stand-ins share with the copying of structs.
 */
#ifndef FATHOM_COPY_H
#define FATHOM_COPY_H

#include <stddef.h>
#include <stdint.h>

/**
 * Bytes of unknown type were copied from the target to local @p dst: tag the
 * words that could point into this process.
 *
 * @param[in] source Where they came from, for the alignment of its words.
 */
void fathom_tag_unknown(void *dst, uintptr_t source, size_t size);

#endif /* FATHOM_COPY_H */
