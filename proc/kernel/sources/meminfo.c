// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/proc/meminfo.c>

#include "fathom-proc.h"

FATHOM_SHOW(meminfo, meminfo_proc_show)
