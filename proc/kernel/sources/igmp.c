// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv4/igmp.c>

#include "fathom-proc.h"

FATHOM_RECORDS(igmp, igmp_mc_seq_ops)
FATHOM_RECORDS(mcfilter, igmp_mcf_seq_ops)
