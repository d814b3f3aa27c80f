// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv4/udplite.c>

#include "fathom-proc.h"

FATHOM_DATA(udplite, udplite4_seq_afinfo)
