// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/filesystems.c>

#include "fathom-proc.h"

FATHOM_SHOW(filesystems, filesystems_proc_show)
