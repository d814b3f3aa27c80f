// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* Files of the system, and what prints them. */
#include "files.h"

#define SHOW(text) {.name = #text, .mode = 0444, .show = source_show_##text}
#define OPEN(text) {.name = #text, .mode = 0444, .open = source_open_##text}
#define RECORDS(text) \
	{.name = #text, .mode = 0444, .records = source_records_##text}

#define RESOURCES(text)                       \
	{.name = #text,                       \
	 .mode = 0444,                        \
	 .records = source_records_resources, \
	 .data = source_data_##text}

static const struct proc_entry tty_entries[] = {
	{.name = "drivers",
	 .mode = 0444,
	 .records = source_records_tty_drivers},
	{.name = "ldiscs", .mode = 0444, .records = source_records_tty_ldiscs},
	{},
};

/*
 * In the kernel these two lead to the asking process's own. Who asks here is
 * no process of the target: it sees what the first one does.
 */
static long copy_text(const char *text, char *buffer, unsigned long size)
{
	size_t length = strlen(text);

	if (length > size)
		length = size;
	memcpy(buffer, text, length);
	return length;
}

static long link_mounts(const struct proc_node *node, char *buffer,
			unsigned long size)
{
	return copy_text("1/mounts", buffer, size);
}

static long link_net(const struct proc_node *node, char *buffer,
		     unsigned long size)
{
	return copy_text("1/net", buffer, size);
}

const struct proc_entry proc_system_entries[] = {
	RECORDS(buddyinfo),
	SHOW(cgroups),
	SHOW(cmdline),
	RECORDS(consoles),
	RECORDS(cpuinfo),
	RECORDS(crypto),
	RECORDS(devices),
	RECORDS(diskstats),
	SHOW(execdomains),
	SHOW(filesystems),
	RECORDS(interrupts),
	RESOURCES(iomem),
	RESOURCES(ioports),
	OPEN(kallsyms),
	{.name = "key-users",
	 .mode = 0444,
	 .records = source_records_key_users},
	SHOW(loadavg),
	RECORDS(locks),
	SHOW(meminfo),
	OPEN(modules),
	{.name = "mounts", .mode = 0777, .link = link_mounts},
	{.name = "net", .mode = 0777, .link = link_net},
	{.name = "pagetypeinfo",
	 .mode = 0400,
	 .records = source_records_pagetypeinfo},
	RECORDS(partitions),
	SHOW(softirqs),
	SHOW(stat),
	RECORDS(swaps),
	{.name = "sys", .mode = 0555, .entries = proc_sysctl_entries},
	{.name = "tty", .mode = 0555, .entries = tty_entries},
	SHOW(uptime),
	SHOW(version),
	RECORDS(vmstat),
	RECORDS(zoneinfo),
	{},
};
