/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* snprintf() to kernel memory. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	snprintf(widgets[2].name, 20, "%d", 5); /* error: kernel pointer */
	return 0;
}
