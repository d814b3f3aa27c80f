// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <mm/swapfile.c>

#include "fathom-proc.h"

FATHOM_RECORDS(swaps, swaps_op)
