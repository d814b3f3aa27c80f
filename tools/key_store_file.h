/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * An agent's key store as a file: the bytes of struct fathom_key_store and the
 * keys after it, as they are handed to firmware.
 */
#ifndef FATHOM_TOOLS_KEY_STORE_FILE_H
#define FATHOM_TOOLS_KEY_STORE_FILE_H

#include <stdbool.h>

#include <fathom/error.h>
#include <fathom/seal.h>

/** The file in memory; of the keys, header.count are in use. */
struct key_store_file {
	struct fathom_key_store header;
	uint8_t authorized[FATHOM_KEY_STORE_MAX][FATHOM_KEY_SIZE];
};

/** Name of the default file, beside those of runtime/key_file.h. */
#define KEY_STORE_FILE_NAME "agent.keys"

/**
 * Read a key store. It may lack authorized keys, which an agent would refuse;
 * it may not be a file that others can read or write.
 *
 * @param[out] store To be wiped by the caller, also after an error.
 */
struct fathom_error *key_store_file_read(const char *path,
					 struct key_store_file *store);

/** Write a new file of mode 0600; an existing one is left alone. */
struct fathom_error *key_store_file_create(const char *path,
					   const struct key_store_file *store);

/** Replace a file: whole, or not at all. */
struct fathom_error *key_store_file_replace(const char *path,
					    const struct key_store_file *store);

/** Index of @p key in the list, or header.count. */
uint32_t key_store_file_find(const struct key_store_file *store,
			     const uint8_t key[FATHOM_KEY_SIZE]);

#endif /* FATHOM_TOOLS_KEY_STORE_FILE_H */
