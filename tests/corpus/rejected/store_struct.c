/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A structure assigned to one of the kernel. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct widget mine = {.id = 1};

	widgets[1] = mine; /* error: through a kernel pointer */
	return 0;
}
