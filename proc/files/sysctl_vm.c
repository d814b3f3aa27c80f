// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* sys/vm: see sysctl.c. */
#include "sysctl.h"

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
