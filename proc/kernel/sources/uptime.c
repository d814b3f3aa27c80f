// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/proc/uptime.c>

#include "fathom-proc.h"

FATHOM_SHOW(uptime, uptime_proc_show)
