/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The request that most tests of an agent make: READ of one piece of memory.
 */
#ifndef FATHOM_TESTS_READ_REQUEST_H
#define FATHOM_TESTS_READ_REQUEST_H

#include <fathom/wire.h>

struct read_request {
	struct fathom_wire_header header;
	struct fathom_wire_read read;
	struct fathom_wire_read_item item;
};

/** Of @p length bytes at @p address in @p space. */
static inline struct read_request read_request(uint64_t space, uint64_t address,
					       uint32_t length)
{
	return (struct read_request){
		.header =
			{
				.magic = FATHOM_WIRE_MAGIC,
				.version = FATHOM_WIRE_VERSION,
				.type = FATHOM_WIRE_READ,
				.length = sizeof(struct read_request) -
					  sizeof(struct fathom_wire_header),
			},
		.read.count = 1,
		.item =
			{
				.space = space,
				.address = address,
				.length = length,
			},
	};
}

#endif /* FATHOM_TESTS_READ_REQUEST_H */
