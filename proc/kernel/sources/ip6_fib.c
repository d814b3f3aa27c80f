// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv6/ip6_fib.c>

#include "fathom-proc.h"

FATHOM_RECORDS(ipv6_route, ipv6_route_seq_ops)
