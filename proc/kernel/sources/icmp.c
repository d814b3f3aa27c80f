// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv4/ping.c>

#include "fathom-proc.h"

FATHOM_RECORDS(icmp, ping_v4_seq_ops)
