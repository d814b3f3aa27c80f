/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Giving up privileges: see privileges.h. */
#include "privileges.h"

#include <errno.h>
#include <fcntl.h>
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

/* Those of @keep that there are stay; none can be inherited. */
static struct fathom_error *drop_capabilities(uint64_t keep)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
	unsigned int i;

	if (syscall(SYS_capget, &header, data))
		return cannot("tell the capabilities");
	for (i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].permitted &= (uint32_t)(keep >> (32 * i));
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data))
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

static struct fathom_error *drop_the_rest(void)
{
	const struct rlimit nothing = {0, 0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ||
	    setrlimit(RLIMIT_CORE, &nothing) ||
	    setrlimit(RLIMIT_NPROC, &nothing))
		return cannot("give up what is not needed");
	return NULL;
}

/* A change of user clears all capabilities but the inheritable ones. */
struct fathom_error *privileges_drop(uid_t uid, gid_t gid)
{
	struct fathom_error *error;

	if (!uid || !gid)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "does not serve as root");
	error = drop_bounding_set();
	if (!error)
		error = change_user(uid, gid);
	if (!error)
		error = drop_capabilities(0);
	return error ? error : drop_the_rest();
}

struct fathom_error *privileges_confine(uint64_t keep)
{
	struct fathom_error *error = drop_capabilities(keep);

	return error ? error : drop_the_rest();
}

/*
 * What server.c, client.c and mailbox.c call, and what the C library does on
 * their behalf: memory for an error's text (brk), giving it back (munmap), time
 * where there is no vDSO, and the ends of signal handlers, of pauses and of the
 * process. Messages go to standard error, which may be any kind of file.
 */
static const int to_answer[] = {
	SCMP_SYS(ppoll),	   SCMP_SYS(accept4),
	SCMP_SYS(recvfrom),	   SCMP_SYS(sendto),
	SCMP_SYS(close),	   SCMP_SYS(clock_gettime),
	SCMP_SYS(nanosleep),	   SCMP_SYS(clock_nanosleep),
	SCMP_SYS(restart_syscall), SCMP_SYS(brk),
	SCMP_SYS(write),	   SCMP_SYS(rt_sigreturn),
	SCMP_SYS(exit_group),	   SCMP_SYS(munmap),
};

/* ring_bell.c */
static const int to_share[] = {
	SCMP_SYS(futex),
};

/* endpoint_connect() */
static const int to_forward[] = {
	SCMP_SYS(socket),
	SCMP_SYS(connect),
	SCMP_SYS(setsockopt),
};

/*
 * The emulator over a guest, and finding the next guest at the same socket:
 * QMP, the process behind it and its descriptors, pieces of files, and memory
 * for all of that. Those of dump formats besides.
 */
static const int to_read_target[] = {
	SCMP_SYS(poll),		  SCMP_SYS(getsockopt), SCMP_SYS(pidfd_open),
	SCMP_SYS(read),		  SCMP_SYS(pread64),	SCMP_SYS(lseek),
	SCMP_SYS(readlink),	  SCMP_SYS(readlinkat), SCMP_SYS(getdents64),
	SCMP_SYS(fstat),	  SCMP_SYS(newfstatat), SCMP_SYS(lstat),
	SCMP_SYS(stat),		  SCMP_SYS(mmap),	SCMP_SYS(mremap),
	SCMP_SYS(mprotect),	  SCMP_SYS(madvise),	SCMP_SYS(getrandom),
	SCMP_SYS(fcntl),	  SCMP_SYS(futex),	SCMP_SYS(getcwd),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(recvmsg),	SCMP_SYS(statx),
	SCMP_SYS(getpid),	  SCMP_SYS(fstatfs),
};

static int allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
	int status = 0;
	size_t i;

	for (i = 0; !status && i < count; i++)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return status;
}

static int allow_opening_to_read(scmp_filter_ctx filter)
{
	const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC;

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, writing, O_RDONLY));
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int add_rules(scmp_filter_ctx filter, enum privileges_work work)
{
	int status = allow(filter, to_answer, COUNT(to_answer));

	if (!status && work == PRIVILEGES_SHARE)
		return allow(filter, to_share, COUNT(to_share));
	if (!status && work != PRIVILEGES_ANSWER)
		status = allow(filter, to_forward, COUNT(to_forward));
	if (status || work != PRIVILEGES_TARGET)
		return status;
	status = allow(filter, to_read_target, COUNT(to_read_target));
	return status ? status : allow_opening_to_read(filter);
}

struct fathom_error *privileges_filter_syscalls(enum privileges_work work)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int status;

	if (!filter)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "cannot make a seccomp filter");
	status = add_rules(filter, work);
	if (!status)
		status = seccomp_load(filter);
	seccomp_release(filter);
	if (status)
		return fathom_error_os(-status, "cannot filter system calls");
	return NULL;
}
