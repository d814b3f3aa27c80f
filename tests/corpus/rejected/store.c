/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A store to a global of the kernel. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	magic_number = 1; /* error: store through a kernel pointer */
	return 0;
}
