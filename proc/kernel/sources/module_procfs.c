// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <kernel/module/procfs.c>

#include "fathom-proc.h"

FATHOM_OPEN(modules, modules_open)
