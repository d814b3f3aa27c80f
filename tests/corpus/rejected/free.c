/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* free() of kernel memory. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	free(widget_journal); /* error: 'free' cannot take a kernel pointer */
	return 0;
}
