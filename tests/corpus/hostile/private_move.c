/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* options: --private-writes */
/* A planted pointer, moved to the program's memory within the target's. */
#include "canary.h"

static noinline void move(struct widget **to, struct widget **from)
{
	*to = *from;
}

int main(void)
{
	struct widget *mine = &widgets[1];

	move(&widgets[3].parent, &trap.widget);
	move(&widgets[4].parent, &widgets[3].parent);
	move(&mine, &widgets[4].parent);
	printf("%.10s\n", mine->name); /* fault */
	return 0;
}
