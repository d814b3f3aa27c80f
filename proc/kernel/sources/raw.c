// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv4/raw.c>

#include "fathom-proc.h"

FATHOM_RECORDS(raw, raw_seq_ops)
FATHOM_DATA(raw, raw_v4_hashinfo)
