/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The steps of sealing the process: see seal.h. */
#include "seal.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <fathom/secret.h>

#include "target_uri.h"

/* Also after the user has changed, which undoes it. */
static struct fathom_error *forbid_tracing(void)
{
	const struct rlimit nothing = {0, 0};

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ||
	    setrlimit(RLIMIT_CORE, &nothing))
		return fathom_error_os(errno, "cannot forbid dumps");
	return NULL;
}

/* As much secret memory as the administrator grants. */
static void raise_memory_lock(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_MEMLOCK, &limit);
}

struct fathom_error *fathom_seal_prepare(void)
{
	struct fathom_error *error;
	bool available;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return fathom_error_os(errno, "cannot give up new privileges");
	error = forbid_tracing();
	if (error)
		return error;
	raise_memory_lock();
	error = fathom_secret_start(&available);
	if (error || available)
		return error;
	fprintf(stderr,
		"%s: fathom: sealed without secret memory: this kernel has no memfd_secret (boot it with secretmem.enable=1)\n",
		program_invocation_short_name);
	return NULL;
}

static bool is_of_kind(const char *uri, const char *kind)
{
	return !strncmp(uri, kind, strlen(kind));
}

struct fathom_error *fathom_seal_close(const char *uri, bool reports)
{
	bool monitor = is_of_kind(uri, "qemu:") || is_of_kind(uri, "smi+qemu:");
	bool tcp = reports || is_of_kind(uri, "tcp:");
	struct fathom_error *error;

	error = monitor ? NULL
			: fathom_seal_user(fathom_target_uri_socket(uri));
	if (!error)
		error = fathom_seal_capabilities();
	if (!error)
		error = forbid_tracing();
	if (!error)
		error = fathom_seal_files(tcp);
	if (!error)
		error = fathom_seal_syscalls(tcp);
	return error ? fathom_error_prefix(error, "cannot seal the process")
		     : NULL;
}
