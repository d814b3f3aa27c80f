/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* strcpy() to kernel memory. */
#include "canary.h"

static noinline void change(struct widget *w)
{
	strcpy(w->name, "mine"); /* fault */
}

int main(void)
{
	struct widget mine = {.name = "other"};

	change(&mine);
	puts(mine.name);
	change(&widgets[2]); /* fault */
	return 0;
}
