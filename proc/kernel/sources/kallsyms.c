// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <kernel/kallsyms.c>

#include "fathom-proc.h"

FATHOM_RECORDS(kallsyms, kallsyms_op)

size_t fathom_kallsyms_state_size(void)
{
	return sizeof(struct kallsym_iter);
}
