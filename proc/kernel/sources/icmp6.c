// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv6/ping.c>

#include "fathom-proc.h"

FATHOM_RECORDS(icmp6, ping_v6_seq_ops)
