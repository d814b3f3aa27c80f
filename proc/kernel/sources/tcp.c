// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv4/tcp_ipv4.c>

#include "fathom-proc.h"

FATHOM_RECORDS(tcp, tcp4_seq_ops)
FATHOM_DATA(tcp, tcp4_seq_afinfo)
