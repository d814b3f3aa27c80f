/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* atomic_read() of a planted atomic. */
#include <linux/atomic.h>
#include "canary.h"

int main(void)
{
	atomic_t *counter = (atomic_t *)trap_widget;

	printf("%d\n", atomic_read(counter)); /* fault */
	return 0;
}
