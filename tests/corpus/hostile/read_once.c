/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* READ_ONCE() of a planted pointer. */
#include "canary.h"

int main(void)
{
	printf("%u\n",
	       READ_ONCE(READ_ONCE(trap_pointer)->widget)->id); /* fault */
	return 0;
}
