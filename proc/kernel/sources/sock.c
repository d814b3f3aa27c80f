// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <net/core/sock.c>

#include "fathom-proc.h"

FATHOM_RECORDS(protocols, proto_seq_ops)
