/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Giving up privileges: see privileges.h. */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct fathom_error *cannot(const char *what)
{
	return fathom_error_os(errno, "cannot %s", what);
}

/* Past the last capability the kernel says EINVAL. */
static struct fathom_error *drop_bounding_set(void)
{
	int capability;

	for (capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0;
	     capability++) {
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0))
			return cannot("give up a capability");
	}
	return NULL;
}

/* A change of user clears all but the inheritable ones. */
static struct fathom_error *drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capset, &header, none))
		return cannot("give up the capabilities");
	return NULL;
}

static struct fathom_error *change_user(uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid))
		return cannot("become another user");
	if (!setuid(0) || !setgid(0))
		return fathom_error_create(FATHOM_ERROR_OS,
					   "could become root again");
	return NULL;
}

struct fathom_error *privileges_drop(uid_t uid, gid_t gid)
{
	const struct rlimit nothing = {0, 0};
	struct fathom_error *error;

	if (!uid || !gid)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "does not serve as root");
	error = drop_bounding_set();
	if (!error)
		error = change_user(uid, gid);
	if (!error)
		error = drop_capabilities();
	if (error)
		return error;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ||
	    setrlimit(RLIMIT_CORE, &nothing) ||
	    setrlimit(RLIMIT_NPROC, &nothing))
		return cannot("give up what is not needed");
	return NULL;
}

/*
 * What server.c, client.c, mailbox.c and the rings' sources call, and what the
 * C library does on their behalf: memory for an error's text (brk), time where
 * there is no vDSO, and the ends of signal handlers, of pauses and of the
 * process. Messages go to standard error, which may be any kind of file.
 */
static const int allowed[] = {
	SCMP_SYS(ppoll),	   SCMP_SYS(accept4),
	SCMP_SYS(recvfrom),	   SCMP_SYS(sendto),
	SCMP_SYS(close),	   SCMP_SYS(clock_gettime),
	SCMP_SYS(nanosleep),	   SCMP_SYS(clock_nanosleep),
	SCMP_SYS(restart_syscall), SCMP_SYS(brk),
	SCMP_SYS(write),	   SCMP_SYS(rt_sigreturn),
	SCMP_SYS(exit_group),	   SCMP_SYS(futex),
};

static int add_rules(scmp_filter_ctx filter)
{
	size_t i;

	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		int status =
			seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);

		if (status)
			return status;
	}
	return 0;
}

struct fathom_error *privileges_filter_syscalls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int status;

	if (!filter)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "cannot make a seccomp filter");
	status = add_rules(filter);
	if (!status)
		status = seccomp_load(filter);
	seccomp_release(filter);
	if (status)
		return fathom_error_os(-status, "cannot filter system calls");
	return NULL;
}
