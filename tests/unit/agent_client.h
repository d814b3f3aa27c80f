/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The simplest client of an agent, for tests of its carriers.
 */
#ifndef AGENT_CLIENT_H
#define AGENT_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include <fathom/channel.h>
#include <fathom/error.h>
#include <fathom/wire.h>

/** INFO; the CPUs and ranges go to arrays of @p max each. */
struct fathom_error *client_info(struct fathom_channel *channel,
				 struct fathom_wire_info *info,
				 struct fathom_wire_cpu *cpus,
				 struct fathom_wire_range *ranges, size_t max);

/** READ of one item; @p status is the item's. */
struct fathom_error *client_read(struct fathom_channel *channel, uint64_t space,
				 uint64_t address, void *buffer,
				 uint32_t length, uint32_t *status);

/** Fail the test, with the message, if there is an error. */
void client_no_error(struct fathom_error *error);

/** Fail the test unless @p error says @p text; destroys the error. */
void client_error_says(struct fathom_error *error, const char *text);

#endif /* AGENT_CLIENT_H */
