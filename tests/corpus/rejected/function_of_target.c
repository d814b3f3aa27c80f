/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A function of the target, called. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	printf("%ld\n", widget_start(1)); /* error: '?widget_start'? */
	return 0;
}
