/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* setjmp() around a walk. */
#include <setjmp.h>
#include <fathom/ids.h>
#include "objects.h"

static jmp_buf found;
static struct widget *hit;

static noinline void search(const struct rb_node *node, unsigned int id)
{
	struct widget *w;

	if (!node)
		return;
	w = container_of(node, struct widget, tree);
	if (w->id == id) {
		hit = w;
		longjmp(found, (int)id + 1);
	}
	search(node->rb_left, id);
	search(node->rb_right, id);
}

int main(void)
{
	int value = setjmp(found);

	if (!value)
		search(widget_tree.rb_node, 17);
	printf("%d %s\n", value, hit ? hit->name : "none");
	return 0;
}
