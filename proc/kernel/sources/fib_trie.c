// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv4/fib_trie.c>

#include "fathom-proc.h"

FATHOM_RECORDS(route, fib_route_seq_ops)
