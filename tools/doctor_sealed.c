/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Looks of `fathom doctor` at what targets with an agent in firmware want.
 */
#include "doctor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fathom/error.h>
#include <fathom/mailbox.h>

#include "key_file.h"
#include "relay_protocol.h"

#define ACPI_TABLE "/sys/firmware/acpi/tables/" FATHOM_ACPI_SIGNATURE

/* 0, or why the relay does not take a connection. */
static int try_relay(void)
{
	const struct sockaddr_un address = {
		.sun_family = AF_UNIX,
		.sun_path = RELAY_DEFAULT_SOCKET,
	};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int reason = 0;

	if (fd < 0)
		return errno;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		reason = errno;
	close(fd);
	return reason;
}

void doctor_look_relay(struct doctor_patient *patient,
		       struct doctor_finding *ret)
{
	const char *sudo = geteuid() ? "sudo " : "";
	int reason = try_relay();

	(void)patient;
	if (!reason) {
		doctor_found(ret, DOCTOR_OK, "fathom-relay listens at %s",
			     RELAY_DEFAULT_SOCKET);
	} else if (reason == EACCES) {
		doctor_found(ret, DOCTOR_MISSING,
			     "%s is for another group than yours",
			     RELAY_DEFAULT_SOCKET);
		doctor_mend(
			ret,
			"sudo adduser $USER $(stat -c %%G " RELAY_DEFAULT_SOCKET
			")");
	} else if (access(ACPI_TABLE, F_OK)) {
		doctor_found(ret, DOCTOR_MISSING,
			     "this machine's firmware has no agent");
		doctor_mend(ret, "fathom-lab up --firmware smm");
	} else {
		doctor_found(ret, DOCTOR_MISSING,
			     "the firmware has an agent, but fathom-relay: %s",
			     strerror(reason));
		doctor_mend(ret, "%ssystemctl enable --now fathom-relay", sudo);
	}
}

/* The key that libfathom would take. */
static struct fathom_error *try_key(const char *variable, const char *name,
				    bool private_key)
{
	const char *given = getenv(variable);
	uint8_t key[FATHOM_KEY_SIZE];
	struct fathom_error *error;
	char *path = NULL;

	if (!given || !given[0]) {
		error = fathom_key_file_default(name, &path);
		if (error)
			return error;
		given = path;
	}
	error = fathom_key_file_read(given, private_key, key);
	explicit_bzero(key, sizeof(key));
	free(path);
	return error;
}

void doctor_look_keys(struct doctor_patient *patient,
		      struct doctor_finding *ret)
{
	struct fathom_error *error;

	(void)patient;
	error = try_key("FATHOM_KEY", FATHOM_KEY_FILE_IDS, true);
	if (error)
		doctor_mend(ret, "fathom key generate");
	else {
		error = try_key("FATHOM_AGENT_KEY", FATHOM_KEY_FILE_AGENT,
				false);
		if (error)
			doctor_mend(ret, "man fathom-key");
	}
	if (!error) {
		doctor_found(ret, DOCTOR_OK,
			     "the IDS has its key, and the agent's");
		return;
	}
	doctor_found(ret, DOCTOR_MISSING, "%s", error->message);
	fathom_error_destroy(error);
}
