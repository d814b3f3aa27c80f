/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Packed structures: members at odd addresses. */
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	const struct packed_thing *p;

	for (p = widget_packed; p < widget_packed + 5; p++)
		printf("%u %x %x %lx\n", p->one, p->four, p->two, p->eight);
	return 0;
}
