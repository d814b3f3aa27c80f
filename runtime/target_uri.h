/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * From a target's URI to a channel to its agent.
 */
#ifndef FATHOM_TARGET_URI_H
#define FATHOM_TARGET_URI_H

#include <fathom/channel.h>
#include <fathom/target.h>

/**
 * Open the channel that @p uri names; for targets behind a sealed channel,
 * with the keys that @p options name.
 *
 * @param[in] options NULL for the defaults.
 */
struct fathom_error *
fathom_target_uri_open(const char *uri,
		       const struct fathom_target_options *options,
		       struct fathom_channel **ret);

/** The Unix socket of an smi: or unix: target; NULL for others. */
const char *fathom_target_uri_socket(const char *uri);

#endif /* FATHOM_TARGET_URI_H */
