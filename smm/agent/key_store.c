/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Key stores: see key_store.h. */
#include "key_store.h"

#include "crypto.h"

const uint8_t *key_store_authorized(const struct fathom_key_store *store,
				    uint32_t index)
{
	return (const uint8_t *)(store + 1) + (size_t)index * FATHOM_KEY_SIZE;
}

bool key_store_valid(const struct fathom_key_store *store, size_t size)
{
	uint32_t i;

	if (size < sizeof(*store) || store->magic != FATHOM_KEY_STORE_MAGIC ||
	    store->version != FATHOM_KEY_STORE_VERSION || !store->count ||
	    store->count > FATHOM_KEY_STORE_MAX ||
	    (size - sizeof(*store)) / FATHOM_KEY_SIZE < store->count ||
	    crypto_is_zero(store->private_key, FATHOM_KEY_SIZE))
		return false;
	for (i = 0; i < store->count; i++) {
		if (crypto_is_zero(key_store_authorized(store, i),
				   FATHOM_KEY_SIZE))
			return false;
	}
	return true;
}
