/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* list_del() would, too. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	list_del(&widgets[4].node); /* error: store through a kernel pointer */
	return 0;
}
