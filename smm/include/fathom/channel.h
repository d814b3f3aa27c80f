/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * How a request reaches an agent: the seam between the runtime and whatever
 * carries messages (the emulator in process, a relay, shared memory).
 */
#ifndef FATHOM_CHANNEL_H
#define FATHOM_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

struct fathom_error;
struct fathom_channel;

/** One of several requests: header and body. */
struct fathom_channel_request {
	const void *bytes;
	size_t size;
};

/**
 * Takes the reply to request number @p index; replies come in the requests'
 * order, each once.
 *
 * @return NULL, or an error, which ends the call.
 */
typedef struct fathom_error *(*fathom_channel_take)(void *context, size_t index,
						    size_t reply_size);

struct fathom_channel_ops {
	/**
	 * Send one request and wait for its reply.
	 *
	 * @param[in] request Header and body, @p request_size bytes.
	 * @param[out] reply Buffer of @p reply_capacity bytes.
	 * @param[out] reply_size Bytes of the reply.
	 * @return NULL, or why the call could not be made. A reply that says
	 * the agent refused is no error at this level.
	 */
	struct fathom_error *(*call)(struct fathom_channel *channel,
				     const void *request, size_t request_size,
				     void *reply, size_t reply_capacity,
				     size_t *reply_size);
	/**
	 * Optional: make @p count requests without waiting for the reply to
	 * one before the next is sent.
	 *
	 * @param[out] reply Buffer of @p reply_capacity bytes: where a reply
	 * is when @p take is called for it.
	 * @return As call(); the requests that were not taken by then may or
	 * may not have been made.
	 */
	struct fathom_error *(*call_many)(
		struct fathom_channel *channel,
		const struct fathom_channel_request *requests, size_t count,
		void *reply, size_t reply_capacity, fathom_channel_take take,
		void *context);
	/** Forget what may be stale (CPU registers) before a new epoch. */
	struct fathom_error *(*refresh)(struct fathom_channel *channel);
	void (*destroy)(struct fathom_channel *channel);
};

/** Embedded as the first member of each carrier's own structure. */
struct fathom_channel {
	const struct fathom_channel_ops *ops;
};

/**
 * Open the emulator over a QEMU guest's RAM file.
 *
 * @param[in] socket Path of the guest's QMP Unix socket.
 * @param[out] ret The channel; the caller destroys it through its ops.
 */
struct fathom_error *fathom_emulator_open_qemu(const char *socket,
					       struct fathom_channel **ret);

/**
 * Open the emulator over a memory dump: ELF or kdump (libkdumpfile), LiME,
 * or raw physical memory, told apart by content.
 */
struct fathom_error *fathom_emulator_open_dump(const char *path,
					       struct fathom_channel **ret);

#endif /* FATHOM_CHANNEL_H */
