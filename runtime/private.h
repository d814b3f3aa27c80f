/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The kernel's own source as part of a program (private-write mode): functions
 * of the target that the program has as well, and names that neither has. Not
 * installed.
 */
#ifndef FATHOM_PRIVATE_H
#define FATHOM_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include <fathom/abi.h>

/** Remember a module's functions, which must stay as long as the program. */
void fathom_private_register(const struct fathom_module *module);

/**
 * Is @p local a function of a module registered so far? Then it stands in for
 * the target's of that name.
 */
bool fathom_private_has(const void *local);

/** After a refresh: modules of the target's may have come and gone. */
void fathom_private_forget(void);

/**
 * An address for a symbol that neither program nor target has, or that the
 * target has several of, so that it cannot be told which is meant. An access
 * there faults, see @ref fathom_private_missing().
 *
 * @param[in] known What was returned for it before, or anything else.
 * @return 0 if there are too many such symbols.
 */
uint64_t fathom_private_no_symbol(const char *name, uint64_t known);

/** What to say of an access to such an address; NULL if it is another. */
const char *fathom_private_missing(uint64_t address);

#endif /* FATHOM_PRIVATE_H */
