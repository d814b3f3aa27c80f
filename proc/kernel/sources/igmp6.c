// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv6/mcast.c>

#include "fathom-proc.h"

FATHOM_RECORDS(igmp6, igmp6_mc_seq_ops)
FATHOM_RECORDS(mcfilter6, igmp6_mcf_seq_ops)
