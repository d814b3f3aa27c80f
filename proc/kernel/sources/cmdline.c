// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/proc/cmdline.c>

#include "fathom-proc.h"

FATHOM_SHOW(cmdline, cmdline_proc_show)
