/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Locks are writes. */
#include <linux/spinlock.h>
#include <fathom/ids.h>
#include "objects.h"

extern spinlock_t tasklist_spin;

int main(void)
{
	spin_lock(&tasklist_spin); /* error: . */
	return 0;
}
