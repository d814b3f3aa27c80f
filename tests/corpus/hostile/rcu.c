/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* rcu_dereference() of a planted pointer. */
#include <linux/rcupdate.h>
#include "canary.h"

int main(void)
{
	printf("%u\n", rcu_dereference_raw(trap.widget)->id); /* fault */
	return 0;
}
