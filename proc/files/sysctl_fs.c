// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* sys/fs: see sysctl.c. */
#include "sysctl.h"

#include <linux/percpu.h>
#include <linux/percpu_counter.h>

VARIABLE(int, lease_break_time);
VARIABLE(int, leases_enable);
VARIABLE(int, fs_overflowgid);
VARIABLE(int, fs_overflowuid);
VARIABLE(int, suid_dumpable);
VARIABLE(int, sysctl_protected_fifos);
VARIABLE(int, sysctl_protected_hardlinks);
VARIABLE(int, sysctl_protected_regular);
VARIABLE(int, sysctl_protected_symlinks);
VARIABLE(unsigned int, pipe_max_size);
VARIABLE(unsigned int, sysctl_mount_max);
VARIABLE(unsigned int, sysctl_nr_open);
VARIABLE(struct files_stat_struct, files_stat);
VARIABLE(struct percpu_counter, nr_files);
DECLARE_PER_CPU(unsigned long, nr_inodes);
DECLARE_PER_CPU(unsigned long, nr_unused);

static int show_file_numbers(struct seq_file *m, void *unused)
{
	seq_printf(m, "%lu\t%lu\t%lu\n",
		   (unsigned long)percpu_counter_read_positive(&nr_files),
		   files_stat.nr_free_files, files_stat.max_files);
	return 0;
}

static unsigned long at_least_0(long sum)
{
	return sum < 0 ? 0 : sum;
}

static int show_inode_numbers(struct seq_file *m, void *unused)
{
	long inodes = 0;
	long idle = 0;
	int cpu;

	for_each_possible_cpu (cpu) {
		inodes += per_cpu(nr_inodes, cpu);
		idle += per_cpu(nr_unused, cpu);
	}
	seq_printf(m, "%lu\t%lu\n", at_least_0(inodes), at_least_0(idle));
	return 0;
}

const struct proc_entry proc_sysctl_fs_entries[] = {
	NUMBER("file-max", files_stat.max_files),
	COMPUTED_CONSTANT("file-nr", show_file_numbers),
	COMPUTED_CONSTANT("inode-nr", show_inode_numbers),
	NUMBER("lease-break-time", lease_break_time),
	NUMBER("leases-enable", leases_enable),
	NUMBER("mount-max", sysctl_mount_max),
	NUMBER("nr_open", sysctl_nr_open),
	NUMBER("overflowgid", fs_overflowgid),
	NUMBER("overflowuid", fs_overflowuid),
	NUMBER("pipe-max-size", pipe_max_size),
	NUMBER("protected_fifos", sysctl_protected_fifos),
	NUMBER("protected_hardlinks", sysctl_protected_hardlinks),
	NUMBER("protected_regular", sysctl_protected_regular),
	NUMBER("protected_symlinks", sysctl_protected_symlinks),
	NUMBER("suid_dumpable", suid_dumpable),
	{},
};
