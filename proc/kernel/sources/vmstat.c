// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <mm/vmstat.c>

#include "fathom-proc.h"

FATHOM_RECORDS(vmstat, vmstat_op)
FATHOM_RECORDS(zoneinfo, zoneinfo_op)
FATHOM_RECORDS(buddyinfo, fragmentation_op)
FATHOM_RECORDS(pagetypeinfo, pagetypeinfo_op)
