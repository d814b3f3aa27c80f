/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What the fuzz targets share: taking values from the input, and the demands
 * that hold whatever the input is. A demand that does not hold aborts.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEMAND(condition)         \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

struct fuzz_input {
	const uint8_t *bytes;
	size_t size;
};

/** Fill @p buffer from the input; zeroes when it has ended. */
static inline void fuzz_take(struct fuzz_input *input, void *buffer,
			     size_t size)
{
	size_t part = size < input->size ? size : input->size;

	memset(buffer, 0, size);
	if (part)
		memcpy(buffer, input->bytes, part);
	input->bytes += part;
	input->size -= part;
}

static inline uint64_t fuzz_u64(struct fuzz_input *input)
{
	uint64_t value;

	fuzz_take(input, &value, sizeof(value));
	return value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* FUZZ_H */
