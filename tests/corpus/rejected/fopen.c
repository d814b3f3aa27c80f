/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A kernel string handed to libc's fopen(). */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	printf("%d\n",
	       fopen(widgets[1].name, "r") !=
		       NULL); /* error: 'fopen' cannot take a kernel pointer */
	return 0;
}
