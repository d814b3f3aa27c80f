// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <security/keys/proc.c>

#include "fathom-proc.h"

FATHOM_RECORDS(key_users, proc_key_users_ops)
