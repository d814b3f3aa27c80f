// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <crypto/proc.c>

#include "fathom-proc.h"

FATHOM_RECORDS(crypto, crypto_seq_ops)
