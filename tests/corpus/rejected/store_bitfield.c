/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A store to a bit-field. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	widgets[1].state = 2; /* error: store through a kernel pointer */
	return 0;
}
