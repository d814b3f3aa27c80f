/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A function pointer of the target, called. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	printf("%ld\n",
	       widgets[3].handler(
		       1)); /* error: call of a function of the target */
	return 0;
}
