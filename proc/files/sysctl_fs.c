// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* sys/fs and sys/vm: see sysctl.c. */
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

VARIABLE(int, dirty_background_ratio);
VARIABLE(int, laptop_mode);
VARIABLE(int, min_free_kbytes);
VARIABLE(int, mmap_rnd_bits);
VARIABLE(int, mmap_rnd_compat_bits);
VARIABLE(int, page_cluster);
VARIABLE(int, sysctl_legacy_va_layout);
VARIABLE(int, sysctl_max_map_count);
VARIABLE(int, sysctl_oom_dump_tasks);
VARIABLE(int, sysctl_oom_kill_allocating_task);
VARIABLE(int, sysctl_overcommit_memory);
VARIABLE(int, sysctl_overcommit_ratio);
VARIABLE(int, sysctl_panic_on_oom);
VARIABLE(int, sysctl_unprivileged_userfaultfd);
VARIABLE(int, sysctl_vfs_cache_pressure);
VARIABLE(int, vm_dirty_ratio);
VARIABLE(int, vm_swappiness);
VARIABLE(int, watermark_scale_factor);
VARIABLE(unsigned long, dac_mmap_min_addr);
VARIABLE(unsigned long, dirty_background_bytes);
VARIABLE(unsigned long, sysctl_admin_reserve_kbytes);
VARIABLE(unsigned long, sysctl_overcommit_kbytes);
VARIABLE(unsigned long, sysctl_user_reserve_kbytes);
VARIABLE(unsigned long, vm_dirty_bytes);

const struct proc_entry proc_sysctl_vm_entries[] = {
	NUMBER("admin_reserve_kbytes", sysctl_admin_reserve_kbytes),
	NUMBER("dirty_background_bytes", dirty_background_bytes),
	NUMBER("dirty_background_ratio", dirty_background_ratio),
	NUMBER("dirty_bytes", vm_dirty_bytes),
	NUMBER("dirty_ratio", vm_dirty_ratio),
	NUMBER("laptop_mode", laptop_mode),
	NUMBER("legacy_va_layout", sysctl_legacy_va_layout),
	NUMBER("max_map_count", sysctl_max_map_count),
	NUMBER("min_free_kbytes", min_free_kbytes),
	NUMBER("mmap_min_addr", dac_mmap_min_addr),
	NUMBER_OF_ROOT("mmap_rnd_bits", mmap_rnd_bits),
	NUMBER_OF_ROOT("mmap_rnd_compat_bits", mmap_rnd_compat_bits),
	NUMBER("oom_dump_tasks", sysctl_oom_dump_tasks),
	NUMBER("oom_kill_allocating_task", sysctl_oom_kill_allocating_task),
	NUMBER("overcommit_kbytes", sysctl_overcommit_kbytes),
	NUMBER("overcommit_memory", sysctl_overcommit_memory),
	NUMBER("overcommit_ratio", sysctl_overcommit_ratio),
	NUMBER("page-cluster", page_cluster),
	NUMBER("panic_on_oom", sysctl_panic_on_oom),
	NUMBER("swappiness", vm_swappiness),
	NUMBER("unprivileged_userfaultfd", sysctl_unprivileged_userfaultfd),
	NUMBER("user_reserve_kbytes", sysctl_user_reserve_kbytes),
	NUMBER("vfs_cache_pressure", sysctl_vfs_cache_pressure),
	NUMBER("watermark_scale_factor", watermark_scale_factor),
	{},
};
