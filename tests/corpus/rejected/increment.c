/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* An increment. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	widgets[1].id++; /* error: store through a kernel pointer */
	return 0;
}
