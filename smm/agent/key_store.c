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

bool key_store_valid(const void *store, size_t size)
{
	struct fathom_key_store header;
	bool valid;
	uint32_t i;

	if (size < sizeof(header))
		return false;
	__builtin_memcpy(&header, store, sizeof(header));
	valid = header.magic == FATHOM_KEY_STORE_MAGIC &&
		header.version == FATHOM_KEY_STORE_VERSION && header.count &&
		header.count <= FATHOM_KEY_STORE_MAX &&
		size - sizeof(header) >=
			(size_t)header.count * FATHOM_KEY_SIZE &&
		!crypto_is_zero(header.private_key, FATHOM_KEY_SIZE);
	for (i = 0; valid && i < header.count; i++)
		valid = !crypto_is_zero(key_store_authorized(store, i),
					FATHOM_KEY_SIZE);
	crypto_wipe(&header, sizeof(header));
	return valid;
}
