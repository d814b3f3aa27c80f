// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* sys/net, of the first network namespace: see sysctl.c. */
#include "sysctl.h"

#include <linux/inetdevice.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>

VARIABLE(int, bpf_jit_enable);
VARIABLE(int, bpf_jit_harden);
VARIABLE(unsigned int, sysctl_rmem_default);
VARIABLE(unsigned int, sysctl_rmem_max);
VARIABLE(unsigned int, sysctl_wmem_default);
VARIABLE(unsigned int, sysctl_wmem_max);

/* The same settings are there for all interfaces, and for new ones. */
#define SETTING_IPV4(name, number)                                          \
	static int show_ipv4_all_##name(struct seq_file *m, void *unused)   \
	{                                                                   \
		seq_printf(m, "%d\n",                                       \
			   init_net.ipv4.devconf_all                        \
				   ->data[IPV4_DEVCONF_##number - 1]);      \
		return 0;                                                   \
	}                                                                   \
	static int show_ipv4_default_##name(struct seq_file *m, void *none) \
	{                                                                   \
		seq_printf(m, "%d\n",                                       \
			   init_net.ipv4.devconf_dflt                       \
				   ->data[IPV4_DEVCONF_##number - 1]);      \
		return 0;                                                   \
	}
#define SETTING_IPV6(name)                                                  \
	static int show_ipv6_all_##name(struct seq_file *m, void *unused)   \
	{                                                                   \
		seq_printf(m, "%d\n", init_net.ipv6.devconf_all->name);     \
		return 0;                                                   \
	}                                                                   \
	static int show_ipv6_default_##name(struct seq_file *m, void *none) \
	{                                                                   \
		seq_printf(m, "%d\n", init_net.ipv6.devconf_dflt->name);    \
		return 0;                                                   \
	}

SETTING_IPV4(accept_redirects, ACCEPT_REDIRECTS)
SETTING_IPV4(accept_source_route, ACCEPT_SOURCE_ROUTE)
SETTING_IPV4(arp_announce, ARP_ANNOUNCE)
SETTING_IPV4(arp_filter, ARPFILTER)
SETTING_IPV4(arp_ignore, ARP_IGNORE)
SETTING_IPV4(bootp_relay, BOOTP_RELAY)
SETTING_IPV4(forwarding, FORWARDING)
SETTING_IPV4(log_martians, LOG_MARTIANS)
SETTING_IPV4(mc_forwarding, MC_FORWARDING)
SETTING_IPV4(proxy_arp, PROXY_ARP)
SETTING_IPV4(rp_filter, RP_FILTER)
SETTING_IPV4(secure_redirects, SECURE_REDIRECTS)
SETTING_IPV4(send_redirects, SEND_REDIRECTS)
SETTING_IPV4(shared_media, SHARED_MEDIA)

SETTING_IPV6(accept_ra)
SETTING_IPV6(accept_redirects)
SETTING_IPV6(accept_source_route)
SETTING_IPV6(autoconf)
SETTING_IPV6(disable_ipv6)
SETTING_IPV6(forwarding)
SETTING_IPV6(use_tempaddr)

static const struct proc_entry ipv4_all[] = {
	COMPUTED("accept_redirects", show_ipv4_all_accept_redirects),
	COMPUTED("accept_source_route", show_ipv4_all_accept_source_route),
	COMPUTED("arp_announce", show_ipv4_all_arp_announce),
	COMPUTED("arp_filter", show_ipv4_all_arp_filter),
	COMPUTED("arp_ignore", show_ipv4_all_arp_ignore),
	COMPUTED("bootp_relay", show_ipv4_all_bootp_relay),
	COMPUTED("forwarding", show_ipv4_all_forwarding),
	COMPUTED("log_martians", show_ipv4_all_log_martians),
	COMPUTED("mc_forwarding", show_ipv4_all_mc_forwarding),
	COMPUTED("proxy_arp", show_ipv4_all_proxy_arp),
	COMPUTED("rp_filter", show_ipv4_all_rp_filter),
	COMPUTED("secure_redirects", show_ipv4_all_secure_redirects),
	COMPUTED("send_redirects", show_ipv4_all_send_redirects),
	COMPUTED("shared_media", show_ipv4_all_shared_media),
	{},
};

static const struct proc_entry ipv6_all[] = {
	COMPUTED("accept_ra", show_ipv6_all_accept_ra),
	COMPUTED("accept_redirects", show_ipv6_all_accept_redirects),
	COMPUTED("accept_source_route", show_ipv6_all_accept_source_route),
	COMPUTED("autoconf", show_ipv6_all_autoconf),
	COMPUTED("disable_ipv6", show_ipv6_all_disable_ipv6),
	COMPUTED("forwarding", show_ipv6_all_forwarding),
	COMPUTED("use_tempaddr", show_ipv6_all_use_tempaddr),
	{},
};

static const struct proc_entry ipv4_default[] = {
	COMPUTED("accept_redirects", show_ipv4_default_accept_redirects),
	COMPUTED("accept_source_route", show_ipv4_default_accept_source_route),
	COMPUTED("arp_announce", show_ipv4_default_arp_announce),
	COMPUTED("arp_filter", show_ipv4_default_arp_filter),
	COMPUTED("arp_ignore", show_ipv4_default_arp_ignore),
	COMPUTED("bootp_relay", show_ipv4_default_bootp_relay),
	COMPUTED("forwarding", show_ipv4_default_forwarding),
	COMPUTED("log_martians", show_ipv4_default_log_martians),
	COMPUTED("mc_forwarding", show_ipv4_default_mc_forwarding),
	COMPUTED("proxy_arp", show_ipv4_default_proxy_arp),
	COMPUTED("rp_filter", show_ipv4_default_rp_filter),
	COMPUTED("secure_redirects", show_ipv4_default_secure_redirects),
	COMPUTED("send_redirects", show_ipv4_default_send_redirects),
	COMPUTED("shared_media", show_ipv4_default_shared_media),
	{},
};

static const struct proc_entry ipv6_default[] = {
	COMPUTED("accept_ra", show_ipv6_default_accept_ra),
	COMPUTED("accept_redirects", show_ipv6_default_accept_redirects),
	COMPUTED("accept_source_route", show_ipv6_default_accept_source_route),
	COMPUTED("autoconf", show_ipv6_default_autoconf),
	COMPUTED("disable_ipv6", show_ipv6_default_disable_ipv6),
	COMPUTED("forwarding", show_ipv6_default_forwarding),
	COMPUTED("use_tempaddr", show_ipv6_default_use_tempaddr),
	{},
};

static const struct proc_entry ipv4_settings[] = {
	FOLDER("all", ipv4_all),
	FOLDER("default", ipv4_default),
	{},
};

static const struct proc_entry ipv6_settings[] = {
	FOLDER("all", ipv6_all),
	FOLDER("default", ipv6_default),
	{},
};

#define IPV4(name) NUMBER(#name, init_net.ipv4.sysctl_##name)

static const struct proc_entry ipv4_entries[] = {
	FOLDER("conf", ipv4_settings),
	IPV4(icmp_echo_ignore_all),
	IPV4(icmp_echo_ignore_broadcasts),
	IPV4(icmp_ignore_bogus_error_responses),
	IPV4(ip_default_ttl),
	COMPUTED("ip_forward", show_ipv4_all_forwarding),
	IPV4(ip_nonlocal_bind),
	NUMBER("tcp_max_syn_backlog", init_net.ipv4.sysctl_max_syn_backlog),
	IPV4(tcp_rfc1337),
	IPV4(tcp_sack),
	IPV4(tcp_syncookies),
	IPV4(tcp_timestamps),
	IPV4(tcp_window_scaling),
	{},
};

static const struct proc_entry ipv6_entries[] = {
	FOLDER("conf", ipv6_settings),
	{},
};

static const struct proc_entry core_entries[] = {
	NUMBER("bpf_jit_enable", bpf_jit_enable),
	NUMBER_OF_ROOT("bpf_jit_harden", bpf_jit_harden),
	NUMBER("rmem_default", sysctl_rmem_default),
	NUMBER("rmem_max", sysctl_rmem_max),
	NUMBER("somaxconn", init_net.core.sysctl_somaxconn),
	NUMBER("wmem_default", sysctl_wmem_default),
	NUMBER("wmem_max", sysctl_wmem_max),
	{},
};

const struct proc_entry proc_sysctl_net_entries[] = {
	FOLDER("core", core_entries),
	FOLDER("ipv4", ipv4_entries),
	FOLDER("ipv6", ipv6_entries),
	{},
};
