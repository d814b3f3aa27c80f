/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An expression over a kernel symbol that cannot be computed at start-up. */
#include <fathom/ids.h>
#include "objects.h"

static int odd = (int)(unsigned long)&magic_number; /* error: . */

int main(void)
{
	return odd;
}
