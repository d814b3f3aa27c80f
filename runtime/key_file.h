/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Keys in files: 32 bytes in base64 on one line, as WireGuard keeps its own.
 */
#ifndef FATHOM_KEY_FILE_H
#define FATHOM_KEY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>
#include <fathom/seal.h>

/** Characters of a key in base64, without the NUL. */
#define FATHOM_KEY_TEXT_LENGTH 44u

/** Names of the default files. */
#define FATHOM_KEY_FILE_IDS   "ids.key"
#define FATHOM_KEY_FILE_AGENT "agent.pub"

/** @param[out] text NUL-terminated. */
void fathom_key_encode(const uint8_t key[FATHOM_KEY_SIZE],
		       char text[FATHOM_KEY_TEXT_LENGTH + 1]);

/**
 * @param[in] text Exactly one key in base64, of which there is one spelling.
 * @return Whether it is one.
 */
bool fathom_key_decode(const char *text, size_t length,
		       uint8_t key[FATHOM_KEY_SIZE]);

/**
 * Read a key.
 *
 * @param[in] private_key Refuse a file that belongs to somebody else, or that
 * others than its owner may read or write.
 */
struct fathom_error *fathom_key_file_read(const char *path, bool private_key,
					  uint8_t key[FATHOM_KEY_SIZE]);

/**
 * Write a key into a new file: of mode 0600 if it is private, else 0644. An
 * existing file is left alone and an error.
 */
struct fathom_error *fathom_key_file_write(const char *path, bool private_key,
					   const uint8_t key[FATHOM_KEY_SIZE]);

/**
 * Where a key is when nobody says otherwise:
 * ${XDG_CONFIG_HOME:-~/.config}/fathom/NAME.
 *
 * @param[out] ret For the caller to free.
 */
struct fathom_error *fathom_key_file_default(const char *name, char **ret);

/**
 * Read the key that is at @p path or, if that is NULL, where
 * fathom_key_file_default() says that @p name is.
 */
struct fathom_error *fathom_key_file_find(const char *path, const char *name,
					  bool private_key,
					  uint8_t key[FATHOM_KEY_SIZE]);

#endif /* FATHOM_KEY_FILE_H */
