// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/*
 * sys/: the variables themselves, in the formats of kernel/sysctl.c. The
 * kernel's own handlers are for writing as well, and want a table that is in
 * the target, where a hostile kernel could name any variable.
 */
#include "sysctl.h"

#include <linux/capability.h>
#include <linux/ipc_namespace.h>
#include <linux/utsname.h>

VARIABLE(int, C_A_D);
VARIABLE(int, console_printk[4]);
VARIABLE(int, core_pipe_limit);
VARIABLE(int, core_uses_pid);
VARIABLE(int, dmesg_restrict);
VARIABLE(int, ftrace_enabled);
VARIABLE(int, kexec_load_disabled);
VARIABLE(int, kptr_restrict);
VARIABLE(int, max_threads);
VARIABLE(int, modules_disabled);
VARIABLE(int, overflowgid);
VARIABLE(int, overflowuid);
VARIABLE(int, panic_on_io_nmi);
VARIABLE(int, panic_on_oops);
VARIABLE(int, panic_on_unrecovered_nmi);
VARIABLE(int, panic_on_warn);
VARIABLE(int, panic_timeout);
VARIABLE(int, pid_max);
VARIABLE(int, print_fatal_signals);
VARIABLE(int, printk_delay_msec);
VARIABLE(int, ptrace_scope);
VARIABLE(int, randomize_va_space);
VARIABLE(int, sysctl_io_uring_disabled);
VARIABLE(int, sysctl_perf_event_paranoid);
VARIABLE(int, sysctl_perf_event_sample_rate);
VARIABLE(int, sysctl_unprivileged_bpf_disabled);
VARIABLE(int, sysrq_enabled);
VARIABLE(bool, sysrq_always_enabled);
VARIABLE(int, unknown_nmi_panic);
VARIABLE(int, unprivileged_userns_clone);
VARIABLE(unsigned long, tainted_mask);
VARIABLE(char, core_pattern[128]);
VARIABLE(char, modprobe_path[256]);
VARIABLE(char, poweroff_cmd[256]);

static const struct proc_entry *entry_of(const struct seq_file *m)
{
	return m->private;
}

int proc_show_number(struct seq_file *m, void *unused)
{
	const struct proc_entry *entry = entry_of(m);

	if (entry->size == sizeof(u8))
		seq_printf(m, "%u\n", *(const u8 *)entry->variable);
	else if (entry->size == sizeof(int))
		seq_printf(m, "%d\n", *(const int *)entry->variable);
	else
		seq_printf(m, "%lu\n", *(const unsigned long *)entry->variable);
	return 0;
}

int proc_show_string(struct seq_file *m, void *unused)
{
	const struct proc_entry *entry = entry_of(m);
	const char *string = entry->variable;

	seq_write(m, string, strnlen(string, entry->size));
	seq_putc(m, '\n');
	return 0;
}

static int show_cap_last_cap(struct seq_file *m, void *unused)
{
	seq_printf(m, "%d\n", CAP_LAST_CAP);
	return 0;
}

static int show_ngroups_max(struct seq_file *m, void *unused)
{
	seq_printf(m, "%d\n", NGROUPS_MAX);
	return 0;
}

static int show_printk(struct seq_file *m, void *unused)
{
	seq_printf(m, "%d\t%d\t%d\t%d\n", console_printk[0], console_printk[1],
		   console_printk[2], console_printk[3]);
	return 0;
}

static int show_sem(struct seq_file *m, void *unused)
{
	const int *limits = init_ipc_ns.sem_ctls;

	seq_printf(m, "%d\t%d\t%d\t%d\n", limits[0], limits[1], limits[2],
		   limits[3]);
	return 0;
}

static int show_sysrq(struct seq_file *m, void *unused)
{
	seq_printf(m, "%d\n", sysrq_always_enabled ? 1 : sysrq_enabled);
	return 0;
}

static const struct proc_entry yama_entries[] = {
	NUMBER("ptrace_scope", ptrace_scope),
	{},
};

static const struct proc_entry kernel_entries[] = {
	COMPUTED_CONSTANT("cap_last_cap", show_cap_last_cap),
	STRING("core_pattern", core_pattern),
	NUMBER("core_pipe_limit", core_pipe_limit),
	NUMBER("core_uses_pid", core_uses_pid),
	NUMBER("ctrl-alt-del", C_A_D),
	NUMBER("dmesg_restrict", dmesg_restrict),
	STRING("domainname", init_uts_ns.name.domainname),
	NUMBER("ftrace_enabled", ftrace_enabled),
	STRING("hostname", init_uts_ns.name.nodename),
	NUMBER("io_uring_disabled", sysctl_io_uring_disabled),
	NUMBER("kexec_load_disabled", kexec_load_disabled),
	NUMBER("kptr_restrict", kptr_restrict),
	STRING("modprobe", modprobe_path),
	NUMBER("modules_disabled", modules_disabled),
	NUMBER("msgmax", init_ipc_ns.msg_ctlmax),
	NUMBER("msgmnb", init_ipc_ns.msg_ctlmnb),
	NUMBER("msgmni", init_ipc_ns.msg_ctlmni),
	COMPUTED_CONSTANT("ngroups_max", show_ngroups_max),
	STRING_CONSTANT("osrelease", init_uts_ns.name.release),
	STRING_CONSTANT("ostype", init_uts_ns.name.sysname),
	NUMBER("overflowgid", overflowgid),
	NUMBER("overflowuid", overflowuid),
	NUMBER("panic", panic_timeout),
	NUMBER("panic_on_io_nmi", panic_on_io_nmi),
	NUMBER("panic_on_oops", panic_on_oops),
	NUMBER("panic_on_unrecovered_nmi", panic_on_unrecovered_nmi),
	NUMBER("panic_on_warn", panic_on_warn),
	NUMBER("perf_event_max_sample_rate", sysctl_perf_event_sample_rate),
	NUMBER("perf_event_paranoid", sysctl_perf_event_paranoid),
	NUMBER("pid_max", pid_max),
	STRING("poweroff_cmd", poweroff_cmd),
	NUMBER("print-fatal-signals", print_fatal_signals),
	COMPUTED("printk", show_printk),
	NUMBER("printk_delay", printk_delay_msec),
	NUMBER("randomize_va_space", randomize_va_space),
	COMPUTED("sem", show_sem),
	NUMBER("shmall", init_ipc_ns.shm_ctlall),
	NUMBER("shmmax", init_ipc_ns.shm_ctlmax),
	NUMBER("shmmni", init_ipc_ns.shm_ctlmni),
	COMPUTED("sysrq", show_sysrq),
	NUMBER("tainted", tainted_mask),
	NUMBER("threads-max", max_threads),
	NUMBER("unknown_nmi_panic", unknown_nmi_panic),
	NUMBER("unprivileged_bpf_disabled", sysctl_unprivileged_bpf_disabled),
	NUMBER("unprivileged_userns_clone", unprivileged_userns_clone),
	STRING_CONSTANT("version", init_uts_ns.name.version),
	FOLDER("yama", yama_entries),
	{},
};

const struct proc_entry proc_sysctl_entries[] = {
	FOLDER("fs", proc_sysctl_fs_entries),
	FOLDER("kernel", kernel_entries),
	FOLDER("net", proc_sysctl_net_entries),
	FOLDER("vm", proc_sysctl_vm_entries),
	{},
};
