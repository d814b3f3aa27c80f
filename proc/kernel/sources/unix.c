// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/unix/af_unix.c>

#include "fathom-proc.h"

FATHOM_RECORDS(unix, unix_seq_ops)
