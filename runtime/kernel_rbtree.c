/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Walks over red-black trees: lib/rbtree.c of the kernel, read only. */
#include <stddef.h>

#include "kernel_stand_in.h"

/* <linux/rbtree_types.h>; the same since 2.6.18. */
struct rb_node {
	unsigned long parent_and_color;
	struct rb_node *right;
	struct rb_node *left;
};
struct rb_root {
	struct rb_node *node;
};
#define COLOR_BITS 3ul

struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);

/* A tree this deep would not fit into any memory: it has a cycle. */
#define DEEPEST 128

static struct rb_node *child(const struct rb_node *node, size_t side)
{
	return fathom_load_pointer((const char *)node + side, 0);
}

static struct rb_node *parent(const struct rb_node *node)
{
	return fathom_load_pointer(node, COLOR_BITS);
}

/* As far as it goes to one @side. */
static struct rb_node *outermost(struct rb_node *node, size_t side)
{
	struct rb_node *next;

	for (int depth = 0; depth < DEEPEST; depth++) {
		next = child(node, side);
		if (!next)
			return node;
		node = next;
	}
	__fathom_loop_exceeded(NULL);
	return NULL;
}

static struct rb_node *end_of(const struct rb_root *root, size_t side)
{
	struct rb_node *node = fathom_load_pointer(root, 0);

	return node ? outermost(node, side) : NULL;
}

/* The nearest below at @side, or the first ancestor this is not at that of. */
static struct rb_node *neighbour(const struct rb_node *node, size_t side,
				 size_t other)
{
	struct rb_node *next = child(node, side);

	/* A node that is in no tree is its own parent. */
	if (parent(node) == node)
		return NULL;
	if (next)
		return outermost(next, other);
	for (int depth = 0; depth < DEEPEST; depth++) {
		next = parent(node);
		if (!next || child(next, side) != node)
			return next;
		node = next;
	}
	__fathom_loop_exceeded(NULL);
	return NULL;
}

#define LEFT  offsetof(struct rb_node, left)
#define RIGHT offsetof(struct rb_node, right)

FATHOM_STAND_IN(rb_first);
struct rb_node *rb_first(const struct rb_root *root)
{
	return end_of(root, LEFT);
}

FATHOM_STAND_IN(rb_last);
struct rb_node *rb_last(const struct rb_root *root)
{
	return end_of(root, RIGHT);
}

FATHOM_STAND_IN(rb_next);
struct rb_node *rb_next(const struct rb_node *node)
{
	return neighbour(node, RIGHT, LEFT);
}

FATHOM_STAND_IN(rb_prev);
struct rb_node *rb_prev(const struct rb_node *node)
{
	return neighbour(node, LEFT, RIGHT);
}
