/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* snprintf() to kernel memory. */
#include "canary.h"

static noinline void change(struct widget *w)
{
	snprintf(w->name, sizeof(w->name), "%d", 5); /* fault */
}

int main(void)
{
	struct widget mine = {.name = "other"};

	change(&mine);
	puts(mine.name);
	change(&widgets[2]); /* fault */
	return 0;
}
