// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/ipv4/fib_trie.c>

#include "fathom-proc.h"

FATHOM_RECORDS(route, fib_route_seq_ops)
FATHOM_RECORDS(fib_trie, fib_trie_seq_ops)
FATHOM_SHOW(fib_triestat, fib_triestat_seq_show)
