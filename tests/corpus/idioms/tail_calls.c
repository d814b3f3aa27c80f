/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Functions that end in calls of each other. */
#include <fathom/ids.h>
#include "objects.h"

static long odd(const struct link *link, long sum);

static noinline long even(const struct link *link, long sum)
{
	return link ? odd(link->next, sum + link->payload) : sum;
}

static noinline long odd(const struct link *link, long sum)
{
	return link ? even(link->next, sum * 2 - link->payload) : -sum;
}

int main(void)
{
	printf("%ld %ld\n", even(link_chain, 1), odd(link_chain->next, 0));
	return 0;
}
