// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/proc/proc_tty.c>

#include "fathom-proc.h"

FATHOM_RECORDS(tty_drivers, tty_drivers_op)
