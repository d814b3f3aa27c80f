// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <kernel/exec_domain.c>

#include "fathom-proc.h"

FATHOM_SHOW(execdomains, execdomains_proc_show)
