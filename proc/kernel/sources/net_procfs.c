// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/core/net-procfs.c>

#include "fathom-proc.h"

FATHOM_RECORDS(net_dev, dev_seq_ops)
FATHOM_RECORDS(dev_mcast, dev_mc_seq_ops)
FATHOM_RECORDS(ptype, ptype_seq_ops)
FATHOM_RECORDS(softnet_stat, softnet_seq_ops)
