/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What the synthetic kernel offers beside real kernel structures: types and
 * objects made for tests, one for each idiom that needs one. Usable with and
 * without the kernel's headers.
 */
#ifndef SYNTHETIC_OBJECTS_H
#define SYNTHETIC_OBJECTS_H

#ifdef __KERNEL__
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/rbtree_types.h>
#else
struct list_head {
	struct list_head *next, *prev;
};
struct hlist_node {
	struct hlist_node *next, **pprev;
};
struct hlist_head {
	struct hlist_node *first;
};
struct llist_node {
	struct llist_node *next;
};
struct llist_head {
	struct llist_node *first;
};
struct rb_node {
	unsigned long __rb_parent_color;
	struct rb_node *rb_right;
	struct rb_node *rb_left;
} __attribute__((aligned(sizeof(long))));
struct rb_root {
	struct rb_node *rb_node;
};
#endif

/*
 * Where tests put a secret of the IDS. The dump holds this address wherever a
 * hostile kernel could plant one.
 */
#define SYNTHETIC_CANARY      0x7e5700000000ul
#define SYNTHETIC_CANARY_SIZE 0x10000ul

#define WIDGETS		      24
#define WIDGET_BUCKETS	      8

struct widget;

struct widget_ops {
	const char *name;
	long (*start)(long argument);
	long (*stop)(long argument);
};

/** The everyday structure: linked, nested, with bit-fields and a union. */
struct widget {
	unsigned int id;
	char name[20];
	struct list_head node;	  /* on widget_list */
	struct hlist_node hashed; /* in widget_table */
	struct llist_node pushed; /* on widget_stack */
	struct rb_node tree;	  /* in widget_tree, by weight */
	struct widget *parent;
	struct widget *favourite; /* NULL for every third */
	union {
		struct {
			unsigned int low, high;
		};
		unsigned long both;
		unsigned char bytes[8];
	} value;
	struct {
		short x, y;
		struct {
			signed char depth;
			unsigned char colour;
		};
	} place;
	unsigned int flags : 5, state : 3, priority : 9, spare : 15;
	int bias : 7, drift : 12;
	unsigned long wide : 41, rest : 23;
	_Bool enabled;
	const struct widget_ops *ops;
	long (*handler)(long argument);
	unsigned long weight;
	unsigned long tagged; /* pointer to the parent, flags in bits 0..1 */
	const char *label;    /* in the vmalloc area, at page edges */
	float ratio;
	double exact;
	unsigned __int128 big;
	struct list_head children; /* of struct part */
};

struct part {
	struct list_head sibling; /* on widget.children */
	unsigned short number;
	unsigned char kind;
};

/** With a flexible array at the end. */
struct journal {
	unsigned int count;
	unsigned short version;
	struct entry {
		unsigned long when;
		unsigned int what;
		char tag[12];
	} entries[];
};

struct point {
	int x, y;
};
/* Returned in registers, in memory, and of odd size. */
struct small {
	long first, second;
};
struct large {
	long words[9];
	struct widget *owner;
	char text[23];
};
struct __attribute__((packed)) packed_thing {
	unsigned char one;
	unsigned int four;
	unsigned short two;
	unsigned long eight;
};

/** A node of a chain that must be followed through pointers to pointers. */
struct link {
	struct link *next;
	struct link **previous;
	long payload;
};

struct counters {
	unsigned long hits, misses;
	int cpu;
};

extern struct widget widgets[WIDGETS];
extern struct list_head widget_list;
extern struct list_head empty_list;
extern struct hlist_head widget_table[WIDGET_BUCKETS];
extern struct llist_head widget_stack;
extern struct rb_root widget_tree;
extern struct widget *widget_index[WIDGETS + 1]; /* ends with NULL */
extern struct widget **widget_cursor;		 /* into widget_index */
extern const struct widget_ops widget_ops_a, widget_ops_b;
extern long (*widget_handlers[6])(long argument);
extern const char *const widget_colours[5];

extern struct journal *widget_journal;
extern struct small widget_small;
extern struct large widget_large;
extern struct packed_thing widget_packed[5];
extern struct link *link_chain;
extern int number_grid[6][7];
extern unsigned char byte_table[300];
extern unsigned short short_table[257];
extern unsigned int number_table[1000];
extern unsigned long long_table[64];
extern float float_table[33];
extern double double_table[33];
extern unsigned long bit_table[5];
extern int magic_number;
extern volatile int volatile_number;
extern struct point point_table[8];
extern unsigned int no_numbers; /* 0: length of nothing */

/* Page edges: all in the vmalloc area. */
extern unsigned char *edge_bytes; /* three pages, then a hole */
extern char *edge_string;	  /* crosses a page; its NUL is the last byte */
extern char *edge_last;		  /* NUL is the last byte before a hole */
extern char *edge_unterminated;	  /* runs into a hole */
extern struct widget *edge_widget; /* lies across two pages */
extern unsigned long *edge_long;   /* crosses a page */
extern char *long_string;	   /* 5000 characters */

/* Odd values a kernel pointer may have. */
extern struct widget *null_widget;
extern struct widget *error_widget; /* ERR_PTR(-ENOENT) */
extern struct list_head poisoned_node;

#ifdef __KERNEL__
#include <asm/percpu.h>
DECLARE_PER_CPU(struct counters, cpu_counters);
DECLARE_PER_CPU(unsigned long, cpu_ticks);
extern struct counters __percpu *dynamic_counters;
#endif

long widget_start(long argument);
long widget_stop(long argument);
long widget_twice(long argument);
long widget_negate(long argument);

/** What a hostile kernel plants. Every pointer here is one nobody may follow.
 */
struct trap {
	struct widget *widget; /* SYNTHETIC_CANARY */
	const char *text;
	struct list_head list;
	struct {
		void *pointer;
		unsigned long integer;
	} nested;
	union {
		struct widget *widget;
		unsigned long integer;
	} either;
	struct widget *array[4];
	long (*function)(long argument);
	unsigned long number;	 /* the same address, as a number */
	unsigned int *base;	 /* NULL */
	unsigned long index;	 /* base + index is SYNTHETIC_CANARY */
	struct trap *next;	 /* NULL base for member accesses */
	unsigned char bytes[16]; /* the address, misaligned at 3 */
};
extern struct trap trap;
extern struct trap *trap_pointer;
extern struct widget *trap_widget;	  /* SYNTHETIC_CANARY */
extern struct widget *trap_non_canonical; /* 0x8000000000000000 | canary */
extern struct widget *trap_unmapped;	  /* kernel half, not mapped */
extern struct widget *trap_other_half;	  /* 0xffff7fff...: non-canonical */
extern struct widget *trap_small;	  /* 0x10: inside the first page */
extern struct widget *trap_top;		  /* last 8 bytes of the space */
extern struct list_head trap_cycle;	  /* never comes back to the head */
extern struct list_head trap_self;	  /* next points to itself, not head */
extern struct link *trap_long_chain;	  /* 200,000 links */
extern struct journal *trap_journal;	  /* count says 0xffffffff */

#endif /* SYNTHETIC_OBJECTS_H */
