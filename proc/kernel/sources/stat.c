// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/proc/stat.c>

#include "fathom-proc.h"

FATHOM_SHOW(stat, show_stat)
