// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/proc/version.c>

#include "fathom-proc.h"

FATHOM_SHOW(version, version_proc_show)
