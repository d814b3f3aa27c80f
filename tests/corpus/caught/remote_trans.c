/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A program for RemoteTrans: copies of objects, by its read calls. */
#include <fathom/ids.h>
#include <fathom/remote_trans.h>
#include <stdlib.h>
#include "objects.h"

int main(void)
{
	unsigned long widgets = fathom_symbol_value("widgets");
	struct widget *two =
		rt_get_data(widgets + sizeof(*two), 2 * sizeof(*two));

	if (!two)
		return 1;
	printf("%u %s\n", two[0].id, two[1].name);
	free(two);
	printf("%p\n", rt_get_data(0x400000, 8));
	printf("%p\n", rt_get_proc_data(0x400000, 8, 0));
	return 0;
}
