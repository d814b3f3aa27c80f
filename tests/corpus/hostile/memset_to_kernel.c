/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* memset() to memory that only the run shows to be the kernel's. */
#include "canary.h"

static noinline void change(struct widget *w)
{
	memset(w, 0, sizeof(*w)); /* fault */
}

int main(void)
{
	struct widget mine = {.name = "other"};

	change(&mine);
	puts(mine.name);
	change(&widgets[2]); /* fault */
	return 0;
}
