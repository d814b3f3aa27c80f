// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/proc/loadavg.c>

#include "fathom-proc.h"

FATHOM_SHOW(loadavg, loadavg_proc_show)
