/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * How `fathom-lab exec` and the guest's executor talk over a virtio-serial
 * port. One connection carries one command. All integers are little endian.
 *
 * The host sends a struct lab_request, the arguments (each with its NUL) and
 * the standard input. The guest answers with the request's nonce, which tells
 * this answer from what an aborted earlier one may have left in the pipe, and
 * then with frames until LAB_FRAME_EXIT.
 */
#ifndef LAB_EXEC_PROTOCOL_H
#define LAB_EXEC_PROTOCOL_H

#include <stdint.h>

#define LAB_MAGIC	       0x514552424c415446ull
#define LAB_NONCE_SIZE	       16
#define LAB_MAX_ARGUMENTS      1024u
#define LAB_MAX_ARGUMENT_BYTES (128u * 1024)
#define LAB_MAX_INPUT	       (64ull * 1024 * 1024)
#define LAB_MAX_FRAME	       (32u * 1024)

struct lab_request {
	uint64_t magic;
	uint8_t nonce[LAB_NONCE_SIZE];
	uint32_t argument_count;
	uint32_t argument_bytes;
	uint64_t input_bytes;
	uint64_t timeout_ms; /* the command is killed after this time */
};

enum lab_frame_type {
	LAB_FRAME_STDOUT = 1,
	LAB_FRAME_STDERR = 2,
	LAB_FRAME_EXIT = 3, /* 4 bytes: the exit status */
};

struct lab_frame {
	uint32_t type; /* enum lab_frame_type */
	uint32_t length;
};

/* Exit statuses of a command that did not end by itself, as timeout(1)'s. */
#define LAB_EXIT_TIMEOUT	124
#define LAB_EXIT_FAILED		125
#define LAB_EXIT_CANNOT_EXECUTE 126
#define LAB_EXIT_NOT_FOUND	127
#define LAB_EXIT_SIGNAL		128 /* plus the signal's number */

#endif /* LAB_EXEC_PROTOCOL_H */
