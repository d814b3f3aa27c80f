/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* cmpxchg(). */
#include <linux/atomic.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	printf("%d\n",
	       cmpxchg(&magic_number, 1, 2)); /* error: kernel pointer */
	return 0;
}
