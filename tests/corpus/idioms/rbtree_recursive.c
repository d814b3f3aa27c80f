/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A red-black tree, in order, by recursion. */
#include <linux/rbtree.h>
#include <fathom/ids.h>
#include "objects.h"

static int walk(const struct rb_node *node, int depth)
{
	const struct widget *w;
	int left, right;

	if (!node)
		return 0;
	left = walk(node->rb_left, depth + 1);
	w = rb_entry(node, struct widget, tree);
	printf("%*s%lu\n", depth, "", w->weight);
	right = walk(node->rb_right, depth + 1);
	return 1 + (left > right ? left : right);
}

int main(void)
{
	printf("height %d\n", walk(widget_tree.rb_node, 0));
	return 0;
}
