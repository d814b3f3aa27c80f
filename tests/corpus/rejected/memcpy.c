/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* memcpy() to kernel memory. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	char mine[20] = "mine";

	memcpy(widgets[2].name, mine,
	       sizeof(mine)); /* error: through a kernel pointer */
	return 0;
}
