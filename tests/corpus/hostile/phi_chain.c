/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A list of ours continues in the target, and from there with us. */
#include "canary.h"

int main(void)
{
	struct link mine = {.next = (struct link *)&trap.list};
	const struct link *link;
	int i = 0;

	for (link = &mine; link && i < 4; link = link->next, i++) /* fault */
		printf("%lx\n", link->payload);			  /* fault */
	return 0;
}
