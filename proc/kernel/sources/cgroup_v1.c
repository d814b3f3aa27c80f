// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <kernel/cgroup/cgroup-v1.c>

#include "fathom-proc.h"

FATHOM_SHOW(cgroups, proc_cgroupstats_show)
