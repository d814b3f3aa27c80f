/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* memset() of kernel memory. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	memset(&widgets[2], 0,
	       sizeof(struct widget)); /* error: through a kernel pointer */
	return 0;
}
