/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Targets by URI: see target_uri.h. */
#include "target_uri.h"

#include <stdlib.h>
#include <string.h>

#include <fathom/secret.h>
#include <fathom/transport.h>

#include "key_file.h"

/* Where fathom-relay(8) listens. */
#define RELAY_SOCKET "/run/fathom/relay.sock"

/* The IDS's own key, and that of the agent it wants to talk to. */
struct keys {
	uint8_t private_key[FATHOM_KEY_SIZE];
	uint8_t agent_key[FATHOM_KEY_SIZE];
};

static struct fathom_error *
read_keys(const struct fathom_target_options *options, struct keys *keys)
{
	struct fathom_error *error;

	error = fathom_key_file_find(options ? options->key : NULL,
				     FATHOM_KEY_FILE_IDS, true,
				     keys->private_key);
	if (error)
		return error;
	return fathom_key_file_find(options ? options->agent_key : NULL,
				    FATHOM_KEY_FILE_AGENT, false,
				    keys->agent_key);
}

/* A carrier of sealed messages; what it carries them to, the keys tell. */
typedef struct fathom_error *
open_transport(const char *address,
	       const struct fathom_transport_patience *patience,
	       struct fathom_transport **ret);

/* QEMU is on this machine, and needs none. */
static struct fathom_error *
open_smi_qemu(const char *socket,
	      const struct fathom_transport_patience *patience,
	      struct fathom_transport **ret)
{
	(void)patience;
	return fathom_transport_open_smi_qemu(socket, ret);
}

static struct fathom_transport_patience
patience_of(const struct fathom_target_options *options)
{
	struct fathom_transport_patience patience = {
		.timeout_ms = options ? options->timeout_ms : 0,
		.reconnect_ms = options ? options->reconnect_ms : 0,
	};

	if (!patience.reconnect_ms)
		patience.reconnect_ms = FATHOM_TRANSPORT_RECONNECT_MS;
	else if (patience.reconnect_ms == FATHOM_NO_RECONNECT)
		patience.reconnect_ms = 0;
	return patience;
}

static struct fathom_error *
open_sealed(open_transport *open, const char *address,
	    const struct fathom_target_options *options,
	    struct fathom_channel **ret)
{
	const struct fathom_transport_patience patience = patience_of(options);
	struct fathom_transport *transport;
	struct fathom_error *error;
	struct keys keys;

	error = read_keys(options, &keys);
	if (!error)
		error = open(address, &patience, &transport);
	if (!error)
		error = fathom_sealed_channel_open(transport, keys.private_key,
						   keys.agent_key, ret);
	explicit_bzero(&keys, sizeof(keys));
	fathom_secret_wipe_stack();
	return error;
}

/* The part of @uri behind @scheme, or NULL. */
static const char *behind(const char *uri, const char *scheme)
{
	size_t length = strlen(scheme);

	return strncmp(uri, scheme, length) != 0 ? NULL : uri + length;
}

const char *fathom_target_uri_socket(const char *uri)
{
	const char *smi = behind(uri, "smi:");
	const char *path = behind(uri, "unix:");

	if (path && *path)
		return path;
	return smi && !*smi ? RELAY_SOCKET : smi;
}

struct fathom_error *
fathom_target_uri_open(const char *uri,
		       const struct fathom_target_options *options,
		       struct fathom_channel **ret)
{
	const char *socket = fathom_target_uri_socket(uri);
	const char *rest;

	rest = behind(uri, "qemu:");
	if (rest && *rest)
		return fathom_emulator_open_qemu(rest, ret);
	rest = behind(uri, "dump:");
	if (rest && *rest)
		return fathom_emulator_open_dump(rest, ret);
	rest = behind(uri, "smi+qemu:");
	if (rest && *rest)
		return open_sealed(open_smi_qemu, rest, options, ret);
	if (socket)
		return open_sealed(fathom_transport_open_unix, socket, options,
				   ret);
	rest = behind(uri, "tcp:");
	if (rest && *rest)
		return open_sealed(fathom_transport_open_tcp, rest, options,
				   ret);
	rest = behind(uri, "shm:");
	if (rest && *rest)
		return open_sealed(fathom_transport_open_shm, rest, options,
				   ret);
	return fathom_error_create(
		FATHOM_ERROR_INVALID_ARGUMENT,
		"not a target (qemu:SOCKET, dump:FILE, smi:[SOCKET], smi+qemu:SOCKET, unix:SOCKET, tcp:HOST:PORT or shm:PATH)");
}
