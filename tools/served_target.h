/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A guest or a dump that an agent in this process serves to others: sealed
 * messages in, sealed answers out. A guest may go, and be back.
 */
#ifndef FATHOM_TOOLS_SERVED_TARGET_H
#define FATHOM_TOOLS_SERVED_TARGET_H

#include <stddef.h>

#include <fathom/error.h>
#include <fathom/seal.h>

struct served_target;

/**
 * @param[in] uri qemu:SOCKET or dump:FILE; must outlive it.
 * @param[in] keys Key store of @p keys_size bytes; must outlive it.
 */
struct fathom_error *served_target_open(const char *uri,
					const struct fathom_key_store *keys,
					size_t keys_size,
					struct served_target **ret);

void served_target_close(struct served_target *target);

/**
 * Answer a message, as struct server_settings has it. IDSes in session are told
 * authentically when the guest has gone.
 */
struct fathom_error *served_target_exchange(void *context, const void *message,
					    size_t size, void *reply,
					    size_t capacity,
					    size_t *reply_size);

/**
 * See whether the guest has gone, or another one is there, which it says on
 * standard error. All sessions end when another one is there: what IDSes
 * have seen of the old one must not be mixed with it.
 */
void served_target_tick(void *context);

#endif /* FATHOM_TOOLS_SERVED_TARGET_H */
