/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See calls.h: which calls.
 */
#include "calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <seccomp.h>

/* Always. */
static const int of_machine[] = {SCMP_SYS(uname), SCMP_SYS(sysinfo),
				 SCMP_SYS(stat)};

/* The first argument is the number; 0 is the caller. */
static const int of_process[] = {
	SCMP_SYS(kill),
	SCMP_SYS(tkill),
	SCMP_SYS(tgkill),
	SCMP_SYS(rt_sigqueueinfo),
	SCMP_SYS(rt_tgsigqueueinfo),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(getpgid),
	SCMP_SYS(getsid),
	SCMP_SYS(setpgid),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_setaffinity),
	SCMP_SYS(sched_getattr),
	SCMP_SYS(sched_setattr),
	SCMP_SYS(sched_getparam),
	SCMP_SYS(sched_setparam),
	SCMP_SYS(sched_getscheduler),
	SCMP_SYS(sched_setscheduler),
	SCMP_SYS(sched_rr_get_interval),
};

/* What it is a number of comes first. */
static const int of_priority[] = {SCMP_SYS(getpriority), SCMP_SYS(setpriority)};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int add_rules(scmp_filter_ctx filter)
{
	int status = 0;
	size_t i;

	for (i = 0; i < COUNT(of_machine) && !status; i++)
		status = seccomp_rule_add(filter, SCMP_ACT_NOTIFY,
					  of_machine[i], 0);
	for (i = 0; i < COUNT(of_process) && !status; i++)
		status = seccomp_rule_add(filter, SCMP_ACT_NOTIFY,
					  of_process[i], 1,
					  SCMP_A0(SCMP_CMP_NE, 0, 0));
	for (i = 0; i < COUNT(of_priority) && !status; i++)
		status = seccomp_rule_add(filter, SCMP_ACT_NOTIFY,
					  of_priority[i], 2,
					  SCMP_A0(SCMP_CMP_EQ, PRIO_PROCESS, 0),
					  SCMP_A1(SCMP_CMP_NE, 0, 0));
	/* Those that may follow a link; the flags of statx(2) come earlier. */
	if (!status)
		status = seccomp_rule_add(
			filter, SCMP_ACT_NOTIFY, SCMP_SYS(newfstatat), 1,
			SCMP_A3(SCMP_CMP_MASKED_EQ,
				AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, 0));
	if (!status)
		status = seccomp_rule_add(
			filter, SCMP_ACT_NOTIFY, SCMP_SYS(statx), 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ,
				AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, 0));
	/* This machine's sockets: ss(8) then reads /proc/net. */
	if (!status)
		status = seccomp_rule_add(
			filter, SCMP_ACT_ERRNO(EPROTONOSUPPORT),
			SCMP_SYS(socket), 2,
			SCMP_A0(SCMP_CMP_EQ, AF_NETLINK, 0),
			SCMP_A2(SCMP_CMP_EQ, NETLINK_SOCK_DIAG, 0));
	return status;
}

int calls_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int status;
	int fd = -ENOMEM;

	if (!filter)
		return -ENOMEM;
	status = add_rules(filter);
	/* Programs of other architectures run, and are not answered. */
	if (!status)
		status = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
					  SCMP_ACT_ALLOW);
	/* As root, in this namespace at least, it needs no such promise. */
	if (!status)
		status = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
	if (!status)
		status = seccomp_load(filter);
	if (!status) {
		/* libseccomp keeps its file to itself, and closes it. */
		fd = fcntl(seccomp_notify_fd(filter), F_DUPFD_CLOEXEC, 0);
		status = fd < 0 ? -errno : 0;
	}
	seccomp_release(filter);
	return status ? status : fd;
}
