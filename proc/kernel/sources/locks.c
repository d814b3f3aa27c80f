// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/locks.c>

#include "fathom-proc.h"

FATHOM_RECORDS(locks, locks_seq_operations)
