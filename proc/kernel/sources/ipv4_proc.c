// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv4/proc.c>

#include "fathom-proc.h"

FATHOM_SHOW(netstat, netstat_seq_show)
FATHOM_SHOW(snmp, snmp_seq_show)
FATHOM_SHOW(sockstat, sockstat_seq_show)
