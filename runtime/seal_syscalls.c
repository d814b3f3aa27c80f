/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The system calls of a sealed process. */
#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <seccomp.h>

#include "crash.h"

/*
 * Looking at the target (files that are open, sockets of this machine, memory),
 * computing in threads, printing, and ending.
 */
static const int allowed[] = {
	/* files and sockets that are open */
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(preadv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(lseek),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(close),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(select),
	SCMP_SYS(pselect6),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(flock),
	SCMP_SYS(shutdown),
	SCMP_SYS(connect),
	SCMP_SYS(getsockopt),
	SCMP_SYS(setsockopt),
	SCMP_SYS(getpeername),
	SCMP_SYS(dup),
	/* memory */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(memfd_secret),
	SCMP_SYS(ftruncate),
	SCMP_SYS(membarrier),
	/* threads, time, signals of its own */
	SCMP_SYS(futex),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(gettid),
	SCMP_SYS(getpid),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(getrandom),
	SCMP_SYS(uname),
	SCMP_SYS(sysinfo),
	SCMP_SYS(getrusage),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* What the C library asks for and can do without. */
static const int refused[] = {
	SCMP_SYS(open),	     SCMP_SYS(openat),	   SCMP_SYS(access),
	SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(stat),
	SCMP_SYS(lstat),     SCMP_SYS(readlink),   SCMP_SYS(readlinkat),
};

static int add_all(scmp_filter_ctx filter, uint32_t action, const int *calls,
		   size_t count)
{
	size_t i;
	int status = 0;

	for (i = 0; i < count && !status; i++)
		status = seccomp_rule_add(filter, action, calls[i], 0);
	return status;
}

/* Calls of which only some uses are needed. */
static int add_conditional(scmp_filter_ctx filter)
{
	int status;

	/* No memory that is, or becomes, code. */
	status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
				  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (!status)
		status = seccomp_rule_add(
			filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* Threads, but no processes. */
	if (!status)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
					  SCMP_SYS(clone), 1,
					  SCMP_A0(SCMP_CMP_MASKED_EQ,
						  CLONE_THREAD, CLONE_THREAD));
	/* Is it a terminal? Where does the pipe end? */
	if (!status)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
					  SCMP_SYS(ioctl), 1,
					  SCMP_A1(SCMP_CMP_EQ, TCGETS, 0));
	if (!status)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
					  SCMP_SYS(fcntl), 1,
					  SCMP_A1(SCMP_CMP_NE, F_SETOWN, 0));
	/* abort() and raise(): signals to itself. */
	if (!status)
		status = seccomp_rule_add(
			filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
	return status;
}

/* The way to the relay, or to the VMM. */
static int add_sockets(scmp_filter_ctx filter, bool tcp)
{
	static const scmp_datum_t families[] = {AF_UNIX, AF_INET, AF_INET6};
	size_t count = tcp ? sizeof(families) / sizeof(families[0]) : 1;
	int status = 0;
	size_t i;

	for (i = 0; i < count && !status; i++)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
					  SCMP_SYS(socket), 1,
					  SCMP_A0(SCMP_CMP_EQ, families[i], 0));
	return status;
}

static int add_rules(scmp_filter_ctx filter, bool tcp)
{
	int status;

	status = add_all(filter, SCMP_ACT_ALLOW, allowed,
			 sizeof(allowed) / sizeof(allowed[0]));
	if (!status)
		status = add_all(filter, SCMP_ACT_ERRNO(EPERM), refused,
				 sizeof(refused) / sizeof(refused[0]));
	if (!status)
		status = add_conditional(filter);
	if (!status)
		status = add_sockets(filter, tcp);
	/* Its flags cannot be seen here: the C library then uses clone(). */
	if (!status)
		status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
					  SCMP_SYS(clone3), 0);
	/* All threads, also those that constructors have started. */
	if (!status)
		status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	return status;
}

struct fathom_error *fathom_seal_syscalls(bool tcp)
{
	scmp_filter_ctx filter;
	int status;

	if (fathom_crash_install_forbidden())
		return fathom_error_os(errno, "SIGSYS");
	filter = seccomp_init(SCMP_ACT_TRAP);
	if (!filter)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "cannot make a seccomp filter");
	status = add_rules(filter, tcp);
	if (!status)
		status = seccomp_load(filter);
	seccomp_release(filter);
	return status ? fathom_error_os(-status, "cannot filter system calls")
		      : NULL;
}
