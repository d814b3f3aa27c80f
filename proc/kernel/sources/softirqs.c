// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/proc/softirqs.c>

#include "fathom-proc.h"

FATHOM_SHOW(softirqs, show_softirqs)
