// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv6/tcp_ipv6.c>

#include "fathom-proc.h"

FATHOM_RECORDS(tcp6, tcp6_seq_ops)
FATHOM_DATA(tcp6, tcp6_seq_afinfo)
