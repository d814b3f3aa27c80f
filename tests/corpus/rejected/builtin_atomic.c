/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An atomic operation of the compiler. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	__atomic_fetch_add(&magic_number, 1,
			   __ATOMIC_SEQ_CST); /* error: atomic.* through a
						 kernel pointer */
	return 0;
}
