/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The same tree through parent pointers, whose low bits are the colour. */
#include <linux/rbtree.h>
#include <fathom/ids.h>
#include "objects.h"

static struct rb_node *leftmost(struct rb_node *node)
{
	while (node && node->rb_left)
		node = node->rb_left;
	return node;
}

static struct rb_node *next(struct rb_node *node)
{
	struct rb_node *parent;

	if (node->rb_right)
		return leftmost(node->rb_right);
	while ((parent = rb_parent(node)) && node == parent->rb_right)
		node = parent;
	return parent;
}

static struct widget *find(unsigned long weight)
{
	struct rb_node *node = widget_tree.rb_node;

	while (node) {
		struct widget *w = rb_entry(node, struct widget, tree);

		if (weight == w->weight)
			return w;
		node = weight < w->weight ? node->rb_left : node->rb_right;
	}
	return NULL;
}

int main(void)
{
	struct rb_node *node;

	for (node = leftmost(widget_tree.rb_node); node; node = next(node))
		printf("%lu%s ", rb_entry(node, struct widget, tree)->weight,
		       node->__rb_parent_color & 1 ? "" : "r");
	printf("\n%s %d\n", find(120)->name, find(125) == NULL);
	return 0;
}
