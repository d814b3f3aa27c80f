// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <kernel/time/timekeeping.c>

#include "fathom-proc.h"

u64 source_last_cycle(void)
{
	return tk_core.timekeeper.tkr_mono.cycle_last;
}
