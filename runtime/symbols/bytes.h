/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Little-endian integers at any alignment, as they lie in a target's memory.
 */
#ifndef FATHOM_RUNTIME_BYTES_H
#define FATHOM_RUNTIME_BYTES_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t fathom_le16(const void *data)
{
	uint16_t value;

	memcpy(&value, data, sizeof(value));
	return le16toh(value);
}

static inline uint32_t fathom_le32(const void *data)
{
	uint32_t value;

	memcpy(&value, data, sizeof(value));
	return le32toh(value);
}

static inline uint64_t fathom_le64(const void *data)
{
	uint64_t value;

	memcpy(&value, data, sizeof(value));
	return le64toh(value);
}

#endif /* FATHOM_RUNTIME_BYTES_H */
