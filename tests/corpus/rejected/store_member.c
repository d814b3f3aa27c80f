/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A store to a member. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	widget_index[2]->id = 7; /* error: store through a kernel pointer */
	return 0;
}
