// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <arch/x86/kernel/cpu/proc.c>

#include "fathom-proc.h"

FATHOM_RECORDS(cpuinfo, cpuinfo_op)
