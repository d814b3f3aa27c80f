// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv4/udp.c>

#include "fathom-proc.h"

FATHOM_RECORDS(udp, udp_seq_ops)
FATHOM_DATA(udp, udp4_seq_afinfo)
