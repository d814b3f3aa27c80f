/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A store through a pointer that only the run shows to be the target's. */
#include "canary.h"

static noinline void change(struct widget *w)
{
	w->id = 3; /* fault */
}

int main(void)
{
	struct widget mine = {};

	change(&mine);
	printf("%u\n", mine.id);
	change(&widgets[2]); /* fault */
	return 0;
}
