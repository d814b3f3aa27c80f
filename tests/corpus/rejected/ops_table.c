/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A method of a kernel object, called. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	printf("%ld\n",
	       widgets[1].ops->start(
		       1)); /* error: call of a function of the target */
	return 0;
}
