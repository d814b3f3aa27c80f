/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An atomic operation. */
#include <linux/atomic.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	atomic_inc((atomic_t *)&magic_number); /* error: kernel pointer */
	return 0;
}
