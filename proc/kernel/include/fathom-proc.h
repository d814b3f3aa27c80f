/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What of the kernel's source files has no name outside them: proc/kernel
 * includes each such file, and gives its static functions these names.
 */
#ifndef FATHOM_PROC_KERNEL_H
#define FATHOM_PROC_KERNEL_H

#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
/* It has no guard of its own; this is a macro of it. */
#ifndef FIRST_PROCESS_ENTRY
#include <fs/proc/internal.h>
#endif

/** A file of /proc/PID, as the kernel's own table has it. */
struct fathom_pid_file {
	umode_t mode; /* with its type */
	const struct file_operations *operations;
	union proc_op op;
};

/** Look @p name up in the table of /proc/PID or /proc/PID/task/TID. */
bool fathom_pid_file(bool thread, const char *name,
		     struct fathom_pid_file *ret);

/**
 * The first process whose number is at least @p number, which becomes its
 * number; NULL if there is none.
 */
struct task_struct *fathom_next_process(unsigned int *number);

struct task_struct *fathom_first_thread(struct pid *process);
struct task_struct *fathom_next_thread(struct task_struct *thread);

/** Give static function @p function, which prints a file whole, a name. */
#define FATHOM_SHOW(name, function)                       \
	int fathom_show_##name(struct seq_file *m, void *v) \
	{                                                 \
		return function(m, v);                    \
	}

/** The same for functions that print a file in records. */
#define FATHOM_RECORDS(name, operations)                          \
	const struct seq_operations *fathom_records_##name(void) \
	{                                                         \
		return &(operations);                             \
	}

/** And for what pde_data() returns to them. */
#define FATHOM_DATA(name, variable)     \
	void *fathom_data_##name(void) \
	{                               \
		return &(variable);     \
	}

int fathom_show_cmdline(struct seq_file *m, void *v);
int fathom_show_filesystems(struct seq_file *m, void *v);
int fathom_show_loadavg(struct seq_file *m, void *v);
int fathom_show_meminfo(struct seq_file *m, void *v);
int fathom_show_softirqs(struct seq_file *m, void *v);
int fathom_show_stat(struct seq_file *m, void *v);
int fathom_show_uptime(struct seq_file *m, void *v);
int fathom_show_version(struct seq_file *m, void *v);

typedef const struct seq_operations *fathom_records(void);

fathom_records fathom_records_arp;
fathom_records fathom_records_buddyinfo;
fathom_records fathom_records_consoles;
fathom_records fathom_records_cpuinfo;
fathom_records fathom_records_devices;
fathom_records fathom_records_diskstats;
fathom_records fathom_records_interrupts;
fathom_records fathom_records_kallsyms;
fathom_records fathom_records_modules;
fathom_records fathom_records_net_dev;
fathom_records fathom_records_packet;
fathom_records fathom_records_partitions;
fathom_records fathom_records_raw;
fathom_records fathom_records_raw6;
fathom_records fathom_records_route;
fathom_records fathom_records_swaps;
fathom_records fathom_records_tcp;
fathom_records fathom_records_tcp6;
fathom_records fathom_records_udp;
fathom_records fathom_records_udp6;
fathom_records fathom_records_unix;
fathom_records fathom_records_vmstat;
fathom_records fathom_records_zoneinfo;

void *fathom_data_raw(void);
void *fathom_data_raw6(void);
void *fathom_data_tcp(void);
void *fathom_data_tcp6(void);
void *fathom_data_udp(void);
void *fathom_data_udp6(void);

#endif /* FATHOM_PROC_KERNEL_H */
