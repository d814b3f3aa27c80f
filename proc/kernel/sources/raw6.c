// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv6/raw.c>

#include "fathom-proc.h"

FATHOM_RECORDS(raw6, raw6_seq_ops)
FATHOM_DATA(raw6, raw_v6_hashinfo)
