/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What of the kernel's source files has no name outside them: proc/kernel
 * includes each such file, and gives its static functions these names. (Those
 * that begin with "fathom_" are libfathom's, to the compiler.)
 */
#ifndef FATHOM_PROC_KERNEL_H
#define FATHOM_PROC_KERNEL_H

#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/proc_ns.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
/* It has no guard of its own; this is a macro of it. */
#ifndef FIRST_PROCESS_ENTRY
#include <fs/proc/internal.h>
#endif

/** A file of /proc/PID, as the kernel's own table has it. */
struct source_pid_file {
	umode_t mode; /* with its type */
	const struct file_operations *operations;
	union proc_op op;
};

/** Look @p name up in the table of /proc/PID or /proc/PID/task/TID. */
bool source_pid_file(bool thread, const char *name,
		     struct source_pid_file *ret);

/**
 * The first process or thread whose number is at least @p number, which becomes
 * its number; NULL if there is none.
 */
struct pid *source_next_pid(int *number);

/** The same for the threads of a process, in their own order. */
struct task_struct *source_first_thread(struct pid *process);
struct task_struct *source_next_thread(struct task_struct *thread);

/** Where the link whose dentry is @p dentry leads, as readlink(2) tells. */
int source_pid_link(struct dentry *dentry, char *buffer, int size);
int source_namespace_link(struct dentry *dentry, char *buffer, int size);

/** The links of /proc/PID/ns, from 0; NULL after the last. */
const struct proc_ns_operations *source_namespace(unsigned int number);

/** List open files. @p directory is one of ours whose inode is a process's. */
int source_list_descriptors(struct file *directory,
			    struct dir_context *context);

/** Is @p number an open file's, and with which mode is it listed? */
bool source_descriptor_mode(struct task_struct *task, unsigned int number,
			    umode_t *ret);
union proc_op source_descriptor_link(void);
const struct file_operations *source_descriptor_information(void);

/**
 * What a file system prints of itself in a list of mounts, also one whose
 * module is not compiled here: that its options are unknown, and the device
 * that it was mounted from.
 */
int source_show_options(struct seq_file *m, struct dentry *dentry);
int source_show_device(struct seq_file *m, struct dentry *dentry,
		       const char *mounted);

/** What the target's clock showed when its kernel last looked. */
u64 source_last_cycle(void);

/** Give static function @p function, which prints a file whole, a name. */
#define FATHOM_SHOW(name, function)                         \
	int source_show_##name(struct seq_file *m, void *v) \
	{                                                   \
		return function(m, v);                      \
	}

/** The same for functions that print a file in records. */
#define FATHOM_RECORDS(name, operations)                         \
	const struct seq_operations *source_records_##name(void) \
	{                                                        \
		return &(operations);                            \
	}

/** For files that are opened in a way of their own. */
#define FATHOM_OPEN(name, function)                                    \
	int source_open_##name(struct inode *inode, struct file *file) \
	{                                                              \
		return function(inode, file);                          \
	}

/** And for what pde_data() returns to them. */
#define FATHOM_DATA(name, variable)    \
	void *source_data_##name(void) \
	{                              \
		return &(variable);    \
	}

int source_open_kallsyms(struct inode *inode, struct file *file);
int source_open_modules(struct inode *inode, struct file *file);

int source_show_cgroups(struct seq_file *m, void *v);
int source_show_cmdline(struct seq_file *m, void *v);
int source_show_execdomains(struct seq_file *m, void *v);
int source_show_fib_triestat(struct seq_file *m, void *v);
int source_show_filesystems(struct seq_file *m, void *v);
int source_show_loadavg(struct seq_file *m, void *v);
int source_show_meminfo(struct seq_file *m, void *v);
int source_show_netstat(struct seq_file *m, void *v);
int source_show_snmp(struct seq_file *m, void *v);
int source_show_snmp6(struct seq_file *m, void *v);
int source_show_sockstat(struct seq_file *m, void *v);
int source_show_sockstat6(struct seq_file *m, void *v);
int source_show_softirqs(struct seq_file *m, void *v);
int source_show_stat(struct seq_file *m, void *v);
int source_show_uptime(struct seq_file *m, void *v);
int source_show_version(struct seq_file *m, void *v);

typedef const struct seq_operations *source_records(void);

source_records source_records_arp;
source_records source_records_buddyinfo;
source_records source_records_consoles;
source_records source_records_cpuinfo;
source_records source_records_crypto;
source_records source_records_dev_mcast;
source_records source_records_devices;
source_records source_records_diskstats;
source_records source_records_fib_trie;
source_records source_records_icmp;
source_records source_records_icmp6;
source_records source_records_if_inet6;
source_records source_records_igmp;
source_records source_records_igmp6;
source_records source_records_interrupts;
source_records source_records_key_users;
source_records source_records_locks;
source_records source_records_mcfilter;
source_records source_records_mcfilter6;
source_records source_records_net_dev;
source_records source_records_packet;
source_records source_records_pagetypeinfo;
source_records source_records_partitions;
source_records source_records_protocols;
source_records source_records_ptype;
source_records source_records_raw;
source_records source_records_raw6;
source_records source_records_resources;
source_records source_records_route;
source_records source_records_softnet_stat;
source_records source_records_swaps;
source_records source_records_tcp;
source_records source_records_tcp6;
source_records source_records_tty_drivers;
source_records source_records_tty_ldiscs;
source_records source_records_udp;
source_records source_records_udp6;
source_records source_records_unix;
source_records source_records_vmstat;
source_records source_records_zoneinfo;

void *source_data_iomem(void);
void *source_data_ioports(void);
void *source_data_raw(void);
void *source_data_raw6(void);
void *source_data_tcp(void);
void *source_data_tcp6(void);
void *source_data_udp(void);
void *source_data_udp6(void);
void *source_data_udplite(void);
void *source_data_udplite6(void);

#endif /* FATHOM_PROC_KERNEL_H */
