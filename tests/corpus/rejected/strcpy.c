/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* strcpy() to kernel memory. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	strcpy(widgets[2].name, "mine"); /* error: kernel pointer */
	return 0;
}
