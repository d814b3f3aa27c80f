// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/core/net-procfs.c>

#include "fathom-proc.h"

FATHOM_RECORDS(net_dev, dev_seq_ops)
