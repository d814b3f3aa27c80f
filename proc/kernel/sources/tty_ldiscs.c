// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <drivers/tty/tty_ldisc.c>

#include "fathom-proc.h"

FATHOM_RECORDS(tty_ldiscs, tty_ldiscs_seq_ops)
