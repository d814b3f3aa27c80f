// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv6/udp.c>

#include "fathom-proc.h"

FATHOM_RECORDS(udp6, udp6_seq_ops)
FATHOM_DATA(udp6, udp6_seq_afinfo)
