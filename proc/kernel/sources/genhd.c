// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <block/genhd.c>

#include "fathom-proc.h"

FATHOM_RECORDS(partitions, partitions_op)
FATHOM_RECORDS(diskstats, diskstats_op)
