/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* list_add() would change the kernel's list. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct list_head mine;

	list_add(&mine,
		 &widget_list); /* error: store through a kernel pointer */
	return 0;
}
