// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <kernel/resource.c>

#include "fathom-proc.h"

FATHOM_RECORDS(resources, resource_op)
FATHOM_DATA(iomem, iomem_resource)
FATHOM_DATA(ioports, ioport_resource)
