// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv6/proc.c>

#include "fathom-proc.h"

FATHOM_SHOW(snmp6, snmp6_seq_show)
FATHOM_SHOW(sockstat6, sockstat6_seq_show)
