/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* READ_ONCE(), rcu_dereference(), acquire loads, and WRITE_ONCE() to locals. */
#include <linux/rcupdate.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct widget *w = READ_ONCE(widget_index[4]), *parent;
	unsigned int seen = 0;
	unsigned long both;

	parent = rcu_dereference_raw(w->parent);
	printf("%u %u\n", READ_ONCE(w->id), READ_ONCE(parent->id));
	WRITE_ONCE(seen, READ_ONCE(w->value.low));
	both = smp_load_acquire(&w->value.both);
	smp_rmb();
	printf("%x %lx\n", seen, both);
	printf("%d\n", READ_ONCE(w->place.y));
	printf("%s\n", READ_ONCE(w->favourite)->name);
	return 0;
}
