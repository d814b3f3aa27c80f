// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* Files of the system, and what prints them. */
#include "files.h"

#define SHOW(text, function) \
	{.name = text, .mode = 0444, .show = fathom_show_##function}
#define RECORDS(text, function) \
	{.name = text, .mode = 0444, .records = fathom_records_##function}
#define NET(text, function)                         \
	{.name = text,                              \
	 .mode = 0444,                              \
	 .records = fathom_records_##function,      \
	 .is_net = true}
#define NET_OF(text, function)                 \
	{.name = text,                         \
	 .mode = 0444,                         \
	 .records = fathom_records_##function, \
	 .data = fathom_data_##function,       \
	 .is_net = true}

#undef unix

const struct proc_entry proc_net_entries[] = {
	NET("arp", arp),       NET("dev", net_dev),   NET("packet", packet),
	NET_OF("raw", raw),    NET_OF("raw6", raw6),  NET("route", route),
	NET_OF("tcp", tcp),    NET_OF("tcp6", tcp6),  NET_OF("udp", udp),
	NET_OF("udp6", udp6),  NET("unix", unix),     {},
};

const struct proc_entry proc_system_entries[] = {
	RECORDS("buddyinfo", buddyinfo),
	SHOW("cmdline", cmdline),
	RECORDS("consoles", consoles),
	RECORDS("cpuinfo", cpuinfo),
	RECORDS("devices", devices),
	RECORDS("diskstats", diskstats),
	SHOW("filesystems", filesystems),
	RECORDS("interrupts", interrupts),
	RECORDS("kallsyms", kallsyms),
	SHOW("loadavg", loadavg),
	SHOW("meminfo", meminfo),
	RECORDS("modules", modules),
	{.name = "net", .mode = 0555, .entries = proc_net_entries},
	RECORDS("partitions", partitions),
	SHOW("softirqs", softirqs),
	SHOW("stat", stat),
	RECORDS("swaps", swaps),
	SHOW("uptime", uptime),
	SHOW("version", version),
	RECORDS("vmstat", vmstat),
	RECORDS("zoneinfo", zoneinfo),
	{},
};
