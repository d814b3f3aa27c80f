/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Key stores (struct fathom_key_store): what an agent has to be given.
 */
#ifndef FATHOM_AGENT_KEY_STORE_H
#define FATHOM_AGENT_KEY_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include <fathom/seal.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whether @p size bytes at @p store begin with a key store that an agent can
 * serve with: a private key, and at least one key to serve, none all zero.
 * Bytes after it do no harm: a platform may hand over whole pages.
 */
bool key_store_valid(const struct fathom_key_store *store, size_t size);

/** The public key number @p index, which is below the store's count. */
const uint8_t *key_store_authorized(const struct fathom_key_store *store,
				    uint32_t index);

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_AGENT_KEY_STORE_H */
