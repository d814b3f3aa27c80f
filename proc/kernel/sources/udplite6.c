// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv6/udplite.c>

#include "fathom-proc.h"

FATHOM_DATA(udplite6, udplite6_seq_afinfo)
