// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* Files of a network namespace. */
#include "files.h"

#include <linux/nsproxy.h>

/* The kernel's macro for compilers on Unix. */
#undef unix

#define NET(text, function)                    \
	{.name = text,                         \
	 .mode = 0444,                         \
	 .records = source_records_##function, \
	 .is_net = true}
#define NET_OF(text, function)                 \
	{.name = text,                         \
	 .mode = 0444,                         \
	 .records = source_records_##function, \
	 .data = source_data_##function,       \
	 .is_net = true}

#define NET_SHOW(text, function)         \
	{.name = text,                   \
	 .mode = 0444,                   \
	 .show = source_show_##function, \
	 .is_net = true}
/* Of other variants of a protocol. */
#define NET_LIKE(text, function, of)           \
	{.name = text,                         \
	 .mode = 0444,                         \
	 .records = source_records_##function, \
	 .data = source_data_##of,             \
	 .is_net = true}

static const struct proc_entry entries[] = {
	NET("arp", arp),
	NET("dev", net_dev),
	NET("dev_mcast", dev_mcast),
	NET("fib_trie", fib_trie),
	NET_SHOW("fib_triestat", fib_triestat),
	NET("icmp", icmp),
	NET("icmp6", icmp6),
	NET("if_inet6", if_inet6),
	NET("igmp", igmp),
	NET("igmp6", igmp6),
	NET("mcfilter", mcfilter),
	NET("mcfilter6", mcfilter6),
	NET_SHOW("netstat", netstat),
	NET("packet", packet),
	NET("protocols", protocols),
	NET("ptype", ptype),
	NET_OF("raw", raw),
	NET_OF("raw6", raw6),
	NET("route", route),
	NET_SHOW("snmp", snmp),
	NET_SHOW("snmp6", snmp6),
	NET_SHOW("sockstat", sockstat),
	NET_SHOW("sockstat6", sockstat6),
	NET("softnet_stat", softnet_stat),
	NET_OF("tcp", tcp),
	NET_OF("tcp6", tcp6),
	NET_OF("udp", udp),
	NET_OF("udp6", udp6),
	NET_LIKE("udplite", udp, udplite),
	NET_LIKE("udplite6", udp6, udplite6),
	NET("unix", unix),
	{},
};

/* A process that has ended is in no namespace any more. */
static struct net *namespace_of(struct task_struct *task)
{
	struct nsproxy *namespaces = task->nsproxy;

	return namespaces ? namespaces->net_ns : NULL;
}

static int find_file(const char *name, struct proc_node *ret)
{
	ret->net = namespace_of(ret->task);
	if (!ret->net)
		return -ENOENT;
	/* These files are the namespace's, not the process's. */
	ret->task = NULL;
	ret->pid = NULL;
	return proc_find_entry(entries, name, ret);
}

static int list_files(const struct proc_node *node, struct proc_names *names)
{
	if (!namespace_of(node->task))
		return 0;
	return proc_list_entries(entries, names);
}

const struct proc_directory proc_net_directory = {
	.find = find_file,
	.list = list_files,
};
