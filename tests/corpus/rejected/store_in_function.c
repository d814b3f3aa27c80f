/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A store in a function that is handed kernel pointers only. */
#include <fathom/ids.h>
#include "objects.h"

static void relabel(struct widget *w)
{
	w->name[0] = 0; /* error: store through a kernel pointer */
}

int main(void)
{
	relabel(&widgets[3]);
	return 0;
}
