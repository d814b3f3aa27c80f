// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv4/arp.c>

#include "fathom-proc.h"

FATHOM_RECORDS(arp, arp_seq_ops)
