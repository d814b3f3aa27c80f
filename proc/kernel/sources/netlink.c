// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/netlink/af_netlink.c>

#include "fathom-proc.h"

FATHOM_RECORDS(netlink, netlink_seq_ops)
