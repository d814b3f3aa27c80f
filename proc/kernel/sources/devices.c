// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/proc/devices.c>

#include "fathom-proc.h"

FATHOM_RECORDS(devices, devinfo_ops)
