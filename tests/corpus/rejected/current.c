/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* There is no current process. */
#include <linux/sched.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	printf("%d\n", current->pid); /* error: per-CPU data */
	return 0;
}
