// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv6/addrconf.c>

#include "fathom-proc.h"

FATHOM_RECORDS(if_inet6, if6_seq_ops)
