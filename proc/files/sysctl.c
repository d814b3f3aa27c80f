// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/*
 * sys/: the variables themselves, in the formats of kernel/sysctl.c. The
 * kernel's own handlers are for writing as well, and want a table that is in
 * the target, where a hostile kernel could name any variable.
 */
#include "files.h"

#include <linux/capability.h>
#include <linux/utsname.h>

/* Not in the headers of all kernels; weak: not in all kernels. */
#define VARIABLE(type, name) extern type name __attribute__((weak))
VARIABLE(int, core_pipe_limit);
VARIABLE(int, core_uses_pid);
VARIABLE(int, dmesg_restrict);
VARIABLE(int, kptr_restrict);
VARIABLE(int, modules_disabled);
VARIABLE(int, panic_on_oops);
VARIABLE(int, panic_on_warn);
VARIABLE(int, panic_timeout);
VARIABLE(int, pid_max);
VARIABLE(int, randomize_va_space);
VARIABLE(int, sysctl_perf_event_paranoid);
VARIABLE(int, sysctl_unprivileged_bpf_disabled);
VARIABLE(int, max_threads);
VARIABLE(int, console_printk[4]);
VARIABLE(int, overflowgid);
VARIABLE(int, overflowuid);
VARIABLE(unsigned long, tainted_mask);
VARIABLE(char, core_pattern[128]);
VARIABLE(char, modprobe_path[256]);
VARIABLE(char, poweroff_cmd[256]);

static int show_string(struct seq_file *m, const char *string, size_t size)
{
	size_t length = strnlen(string, size);

	seq_write(m, string, length);
	seq_putc(m, '\n');
	return 0;
}

#define NUMBER(name, format, value)                              \
	static int show_##name(struct seq_file *m, void *unused) \
	{                                                        \
		seq_printf(m, format "\n", value);               \
		return 0;                                        \
	}
#define STRING(name, value)                                      \
	static int show_##name(struct seq_file *m, void *unused) \
	{                                                        \
		return show_string(m, value, sizeof(value));     \
	}

NUMBER(cap_last_cap, "%d", CAP_LAST_CAP)
NUMBER(core_pipe_limit, "%u", core_pipe_limit)
NUMBER(core_uses_pid, "%d", core_uses_pid)
NUMBER(dmesg_restrict, "%d", dmesg_restrict)
NUMBER(kptr_restrict, "%d", kptr_restrict)
NUMBER(modules_disabled, "%d", modules_disabled)
NUMBER(ngroups_max, "%d", NGROUPS_MAX)
NUMBER(overflowgid, "%d", overflowgid)
NUMBER(overflowuid, "%d", overflowuid)
NUMBER(panic, "%d", panic_timeout)
NUMBER(panic_on_oops, "%d", panic_on_oops)
NUMBER(panic_on_warn, "%d", panic_on_warn)
NUMBER(perf_event_paranoid, "%d", sysctl_perf_event_paranoid)
NUMBER(pid_max, "%d", pid_max)
NUMBER(randomize_va_space, "%d", randomize_va_space)
NUMBER(tainted, "%lu", tainted_mask)
NUMBER(threads_max, "%d", max_threads)
NUMBER(unprivileged_bpf_disabled, "%d", sysctl_unprivileged_bpf_disabled)
STRING(core_pattern, core_pattern)
STRING(domainname, init_uts_ns.name.domainname)
STRING(hostname, init_uts_ns.name.nodename)
STRING(modprobe, modprobe_path)
STRING(osrelease, init_uts_ns.name.release)
STRING(ostype, init_uts_ns.name.sysname)
STRING(poweroff_cmd, poweroff_cmd)
STRING(version, init_uts_ns.name.version)

static int show_printk(struct seq_file *m, void *unused)
{
	seq_printf(m, "%d\t%d\t%d\t%d\n", console_printk[0], console_printk[1],
		   console_printk[2], console_printk[3]);
	return 0;
}

#define FILE_OF(text, function) \
	{.name = text, .mode = 0644, .show = show_##function}
#define CONSTANT_OF(text, function) \
	{.name = text, .mode = 0444, .show = show_##function}

static const struct proc_entry kernel_entries[] = {
	CONSTANT_OF("cap_last_cap", cap_last_cap),
	FILE_OF("core_pattern", core_pattern),
	FILE_OF("core_pipe_limit", core_pipe_limit),
	FILE_OF("core_uses_pid", core_uses_pid),
	FILE_OF("dmesg_restrict", dmesg_restrict),
	FILE_OF("domainname", domainname),
	FILE_OF("hostname", hostname),
	FILE_OF("kptr_restrict", kptr_restrict),
	FILE_OF("modprobe", modprobe),
	FILE_OF("modules_disabled", modules_disabled),
	CONSTANT_OF("ngroups_max", ngroups_max),
	CONSTANT_OF("osrelease", osrelease),
	CONSTANT_OF("ostype", ostype),
	FILE_OF("overflowgid", overflowgid),
	FILE_OF("overflowuid", overflowuid),
	FILE_OF("panic", panic),
	FILE_OF("panic_on_oops", panic_on_oops),
	FILE_OF("panic_on_warn", panic_on_warn),
	FILE_OF("perf_event_paranoid", perf_event_paranoid),
	FILE_OF("pid_max", pid_max),
	FILE_OF("poweroff_cmd", poweroff_cmd),
	FILE_OF("printk", printk),
	FILE_OF("randomize_va_space", randomize_va_space),
	FILE_OF("tainted", tainted),
	FILE_OF("threads-max", threads_max),
	FILE_OF("unprivileged_bpf_disabled", unprivileged_bpf_disabled),
	CONSTANT_OF("version", version),
	{},
};

const struct proc_entry proc_sysctl_entries[] = {
	{.name = "kernel", .mode = 0555, .entries = kernel_entries},
	{},
};
