/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Memory of the kernel's code, see linux/slab.h.
 */
#ifndef FATHOM_PROC_MEMORY_H
#define FATHOM_PROC_MEMORY_H

/* What a file, or an epoch, may take: a hostile kernel asks for more than there
 * is. */
#define FATHOM_PROC_MEMORY_LIMIT (256UL << 20)

/** Release all that was allocated. */
void source_release_memory(void);

#endif /* FATHOM_PROC_MEMORY_H */
