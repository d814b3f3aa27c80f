/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* RCU walks: rcu_read_lock() means nothing here, but must compile. */
#include <linux/rculist.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	struct widget *w;

	rcu_read_lock();
	list_for_each_entry_rcu (w, &widget_list, node)
		printf("%u ", w->id);
	printf("\n");
	hlist_for_each_entry_rcu (w, &widget_table[2], hashed)
		printf("%u ", w->id);
	printf("\n");
	rcu_read_unlock();
	return 0;
}
