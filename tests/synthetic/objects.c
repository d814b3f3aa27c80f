/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Fills the objects of objects.h. Compiled with the kernel's headers, as the
 * kernel would be; everything defined below lands in sections that the
 * generator copies into the dump.
 */
#pragma clang section bss = "synthetic_bss" data = "synthetic_data" rodata = \
	"synthetic_rodata" relro = "synthetic_relro" text = "synthetic_text"

#include <linux/err.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <asm/percpu.h>
#include <linux/poison.h>
#include <linux/string.h>

#include "kernel.h"
#include "memory.h"
#include "objects.h"

DEFINE_PER_CPU(struct counters, cpu_counters) = {.hits = 1};
DEFINE_PER_CPU(unsigned long, cpu_ticks) = 7;
/* Stands for the chunk that alloc_percpu() takes from. */
static DEFINE_PER_CPU(char[512], reserved_chunk);

char *synthetic_per_cpu_area[SYNTHETIC_CPUS];

struct widget widgets[WIDGETS];
LIST_HEAD(widget_list);
LIST_HEAD(empty_list);
struct hlist_head widget_table[WIDGET_BUCKETS];
struct llist_head widget_stack;
struct rb_root widget_tree;
struct widget *widget_index[WIDGETS + 1];
struct widget **widget_cursor = &widget_index[3];

long widget_start(long argument)
{
	return argument + 1;
}

long widget_stop(long argument)
{
	return argument - 1;
}

long widget_twice(long argument)
{
	return argument * 2;
}

long widget_negate(long argument)
{
	return -argument;
}

static const char ops_a_name[] = "ops-a";
static const char ops_b_name[] = "ops-b";
const struct widget_ops widget_ops_a = {ops_a_name, widget_start, widget_stop};
const struct widget_ops widget_ops_b = {ops_b_name, widget_twice, NULL};
long (*widget_handlers[6])(long argument) = {
	widget_start,  widget_stop, widget_twice,
	widget_negate, NULL,	    widget_twice,
};

static const char red[] = "red", green[] = "green", blue[] = "blue",
		  violet[] = "violet", empty[] = "";
const char *const widget_colours[5] = {red, green, blue, violet, empty};

struct journal *widget_journal;
struct small widget_small = {0x1122334455667788, -5};
struct large widget_large;
struct packed_thing widget_packed[5];
struct link *link_chain;
int number_grid[6][7];
unsigned char byte_table[300];
unsigned short short_table[257];
unsigned int number_table[1000];
unsigned long long_table[64];
float float_table[33];
double double_table[33];
unsigned long bit_table[5];
int magic_number = 0x600df00d;
volatile int volatile_number = -17;
struct point point_table[8];
unsigned int no_numbers;

unsigned char *edge_bytes;
char *edge_string;
char *edge_last;
char *edge_unterminated;
struct widget *edge_widget;
unsigned long *edge_long;
char *long_string;

struct widget *null_widget;
struct widget *error_widget;
struct list_head poisoned_node = {LIST_POISON1, LIST_POISON2};
struct counters __percpu *dynamic_counters;

struct trap trap;
struct trap *trap_pointer = &trap;
struct widget *trap_widget = (struct widget *)SYNTHETIC_CANARY;
struct widget *trap_non_canonical =
	(struct widget *)(SYNTHETIC_CANARY | 1ul << 63);
struct widget *trap_unmapped = (struct widget *)0xffffffffe0000000;
struct widget *trap_other_half = (struct widget *)0x00ff800000001000;
struct widget *trap_small = (struct widget *)0x10;
struct widget *trap_top = (struct widget *)0xfffffffffffffff8;
struct list_head trap_cycle;
struct list_head trap_self;
struct link *trap_long_chain;
struct journal *trap_journal;

#define PAGE SYNTHETIC_PAGE

/* Bit 0 of __rb_parent_color, as in linux/rbtree_augmented.h. */
#define RED   0
#define BLACK 1

static void copy(char *to, const char *from)
{
	while ((*to++ = *from++))
		;
}

static void name_widget(struct widget *widget)
{
	static const char stem[] = "widget-";
	unsigned int i;

	copy(widget->name, stem);
	i = sizeof(stem) - 1;
	widget->name[i++] = '0' + widget->id / 10;
	widget->name[i++] = '0' + widget->id % 10;
	/* Half of them fill the whole field but its NUL. */
	while (widget->id % 2 && i < sizeof(widget->name) - 1)
		widget->name[i++] = 'a' + widget->id;
}

static void fill_widget(struct widget *widget, unsigned int id)
{
	widget->id = id;
	name_widget(widget);
	widget->parent = id ? &widgets[(id - 1) / 2] : NULL;
	widget->favourite = id % 3 ? &widgets[(id * 7 + 3) % WIDGETS] : NULL;
	widget->value.low = 0x01010101u * id;
	widget->value.high = ~id;
	widget->place.x = -(short)id;
	widget->place.y = id * 1000;
	widget->place.depth = -(int)id;
	widget->place.colour = id % 5;
	widget->flags = id * 3;
	widget->state = id;
	widget->priority = id * 21;
	widget->bias = (int)id - 12;
	widget->drift = 40 - (int)id * 100;
	widget->wide = 0x1ffffffffff - id * 0x123456789ul;
	widget->rest = id * 4096;
	widget->enabled = id & 1;
	widget->ops = id % 4 ? &widget_ops_a : &widget_ops_b;
	widget->handler = widget_handlers[id % 6];
	widget->weight = (id * 5 + 2) % WIDGETS * 10;
	widget->tagged = (unsigned long)widget->parent | (id & 3);
	widget->ratio = id * 0.25f;
	widget->exact = id / 3.0;
	widget->big = ((unsigned __int128)id << 100) | ~0ul / (id + 1);
	INIT_LIST_HEAD(&widget->children);
}

/*
 * A binary search tree over the widgets in order of weight, as balanced as
 * can be: [from, to) hang below @parent.
 */
static struct rb_node *build_tree(struct widget **sorted, int from, int to,
				  struct rb_node *parent, int level)
{
	int middle = (from + to) / 2;
	struct rb_node *node;

	if (from >= to)
		return NULL;
	node = &sorted[middle]->tree;
	node->__rb_parent_color = (unsigned long)parent |
				  (level == 4 ? RED : BLACK);
	node->rb_left = build_tree(sorted, from, middle, node, level + 1);
	node->rb_right = build_tree(sorted, middle + 1, to, node, level + 1);
	return node;
}

static void grow_tree(void)
{
	struct widget *sorted[WIDGETS];
	int i;

	/* Weights are the multiples of ten below WIDGETS * 10, each once. */
	for (i = 0; i < WIDGETS; i++)
		sorted[widgets[i].weight / 10] = &widgets[i];
	widget_tree.rb_node = build_tree(sorted, 0, WIDGETS, NULL, 0);
}

static void add_parts(struct widget *widget)
{
	struct part *part;
	unsigned int i;

	for (i = 0; i < widget->id % 4; i++) {
		part = synthetic_alloc(sizeof(*part));
		part->number = widget->id * 100 + i;
		part->kind = 'A' + i;
		list_add_tail(&part->sibling, &widget->children);
	}
}

static void fill_widgets(void)
{
	struct widget *widget;
	unsigned int i;

	for (i = 0; i < WIDGETS; i++) {
		widget = &widgets[i];
		fill_widget(widget, i);
		list_add_tail(&widget->node, &widget_list);
		hlist_add_head(&widget->hashed,
			       &widget_table[i * 11 % WIDGET_BUCKETS]);
		widget->pushed.next = widget_stack.first;
		widget_stack.first = &widget->pushed;
		widget_index[i] = &widgets[WIDGETS - 1 - i];
		add_parts(widget);
	}
	grow_tree();
}

static void fill_journal(void)
{
	static const char *const tags[] = {red, green, blue, violet};
	unsigned int i;

	widget_journal = synthetic_alloc(sizeof(*widget_journal) +
					 9 * sizeof(struct entry));
	widget_journal->count = 9;
	widget_journal->version = 3;
	for (i = 0; i < 9; i++) {
		widget_journal->entries[i].when = 1000000007ul * i;
		widget_journal->entries[i].what = i * i;
		copy(widget_journal->entries[i].tag, tags[i % 4]);
	}
}

static void fill_tables(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(widget_large.words); i++)
		widget_large.words[i] = (long)i * i - 7;
	widget_large.owner = &widgets[5];
	copy(widget_large.text, widgets[7].name);
	for (i = 0; i < ARRAY_SIZE(widget_packed); i++)
		widget_packed[i] = (struct packed_thing){
			i, 0xa0b0c0d0 + i, 0x1234 * i, 0x1111111111ul * i};
	for (i = 0; i < 42; i++)
		number_grid[i / 7][i % 7] = (int)i * 3 - 50;
	for (i = 0; i < ARRAY_SIZE(byte_table); i++)
		byte_table[i] = i * 7 + 1;
	for (i = 0; i < ARRAY_SIZE(short_table); i++)
		short_table[i] = i * 257;
	for (i = 0; i < ARRAY_SIZE(number_table); i++)
		number_table[i] = i * 2654435761u;
	for (i = 0; i < ARRAY_SIZE(long_table); i++)
		long_table[i] = i * 0x9e3779b97f4a7c15ul;
	for (i = 0; i < ARRAY_SIZE(float_table); i++) {
		float_table[i] = i * 0.5f;
		double_table[i] = i * 0.125;
	}
	for (i = 0; i < 320; i += i / 7 + 1)
		bit_table[i / 64] |= 1ul << i % 64;
	for (i = 0; i < ARRAY_SIZE(point_table); i++)
		point_table[i] = (struct point){5 - (int)i, (int)i * 11};
}

static void build_chain(void)
{
	struct link **tail = &link_chain;
	long i;

	for (i = 0; i < 50; i++) {
		struct link *link = synthetic_alloc(sizeof(*link));

		link->payload = i * i * (i & 1 ? -1 : 1);
		link->previous = tail;
		*tail = link;
		tail = &link->next;
	}
}

static void fill_edges(void)
{
	char *pages;
	unsigned int i;

	edge_bytes = synthetic_vmalloc(3 * PAGE);
	for (i = 0; i < 3 * PAGE; i++)
		edge_bytes[i] = i * 31 + i / 256;

	pages = synthetic_vmalloc(2 * PAGE);
	edge_string = pages + PAGE - 9;
	for (i = 0; i < PAGE + 8; i++)
		edge_string[i] = 'a' + i % 26;

	pages = synthetic_vmalloc(PAGE);
	edge_last = pages + PAGE - 12;
	copy(edge_last, widget_colours[3]);
	for (i = 6; i < 11; i++)
		edge_last[i] = '0' + i % 10;

	edge_unterminated = synthetic_vmalloc(PAGE);
	for (i = 0; i < PAGE; i++)
		edge_unterminated[i] = 'u';
	edge_unterminated += PAGE - 5;

	pages = synthetic_vmalloc(2 * PAGE);
	/* The edge goes through its name, aligned as it is. */
	edge_widget = (struct widget *)(pages + PAGE - 16);
	*edge_widget = widgets[11];
	pages = synthetic_vmalloc(2 * PAGE);
	edge_long = (unsigned long *)(pages + PAGE - 5);
	*edge_long = 0xfedcba9876543210;

	long_string = synthetic_vmalloc(5001);
	for (i = 0; i < 5000; i++)
		long_string[i] = 'A' + i * i % 23;
}

static void label_widgets(void)
{
	static const char text[] = "label at the edge of a page";
	unsigned int i;

	for (i = 0; i < WIDGETS; i++) {
		char *pages = synthetic_vmalloc(2 * PAGE);
		char *label = pages + PAGE - i - 1;

		copy(label, text + i % 8);
		widgets[i].label = label;
	}
}

static void fill_per_cpu(void)
{
	extern char __start_synthetic_percpu[], __stop_synthetic_percpu[];
	unsigned long size = __stop_synthetic_percpu - __start_synthetic_percpu;
	struct counters *counters;
	unsigned int cpu;
	unsigned long i;

	dynamic_counters = (struct counters __percpu *)&reserved_chunk;
	for (cpu = 0; cpu < SYNTHETIC_CPUS; cpu++) {
		char *area = synthetic_alloc_aligned(size, PAGE);

		for (i = 0; i < size; i++)
			area[i] = __start_synthetic_percpu[i];
		synthetic_per_cpu_area[cpu] = area;
		__per_cpu_offset[cpu] = area - __start_synthetic_percpu;
		counters = per_cpu_ptr(&cpu_counters, cpu);
		counters->hits += cpu * 100;
		counters->misses = cpu * cpu;
		counters->cpu = cpu;
		*per_cpu_ptr(&cpu_ticks, cpu) += cpu * 1000;
		counters = per_cpu_ptr(dynamic_counters, cpu);
		counters->hits = 5000 + cpu;
		counters->cpu = -(int)cpu;
	}
}

static void set_traps(void)
{
	struct widget *canary = (struct widget *)SYNTHETIC_CANARY;
	struct link **tail = &trap_long_chain;
	unsigned long i;

	trap.widget = canary;
	trap.text = (const char *)canary;
	trap.list.next = trap.list.prev = (struct list_head *)canary;
	trap.nested.pointer = canary;
	trap.nested.integer = SYNTHETIC_CANARY;
	trap.either.widget = canary;
	for (i = 0; i < ARRAY_SIZE(trap.array); i++)
		trap.array[i] = (struct widget *)(SYNTHETIC_CANARY + i * 4096);
	trap.function = (long (*)(long))canary;
	trap.number = SYNTHETIC_CANARY;
	trap.index = SYNTHETIC_CANARY / sizeof(*trap.base);
	for (i = 0; i < 8; i++)
		trap.bytes[3 + i] = SYNTHETIC_CANARY >> i * 8;

	trap_cycle.next = &widgets[0].node;
	trap_cycle.prev = &widgets[1].node;
	trap_self.next = &edge_widget->node;
	edge_widget->node.next = &edge_widget->node;
	edge_widget->node.prev = &trap_self;

	for (i = 0; i < 200000; i++) {
		struct link *link = synthetic_alloc(sizeof(*link));

		*tail = link;
		tail = &link->next;
	}
	trap_journal = synthetic_vmalloc(sizeof(*trap_journal) +
					 4 * sizeof(struct entry));
	trap_journal->count = 0xffffffff;
}

void synthetic_populate(void)
{
	error_widget = ERR_PTR(-2);
	fill_per_cpu();
	fill_widgets();
	fill_journal();
	fill_tables();
	build_chain();
	fill_edges();
	label_widgets();
	set_traps();
	synthetic_populate_kernel();
}

SYNTHETIC_SYMBOL(cpu_counters, 'A');
SYNTHETIC_SYMBOL(cpu_ticks, 'A');
SYNTHETIC_SYMBOL(widgets, 'B');
SYNTHETIC_SYMBOL(widget_list, 'D');
SYNTHETIC_SYMBOL(empty_list, 'D');
SYNTHETIC_SYMBOL(widget_table, 'B');
SYNTHETIC_SYMBOL(widget_stack, 'B');
SYNTHETIC_SYMBOL(widget_tree, 'B');
SYNTHETIC_SYMBOL(widget_index, 'B');
SYNTHETIC_SYMBOL(widget_cursor, 'D');
SYNTHETIC_SYMBOL(widget_start, 'T');
SYNTHETIC_SYMBOL(widget_stop, 'T');
SYNTHETIC_SYMBOL(widget_twice, 'T');
SYNTHETIC_SYMBOL(widget_negate, 'T');
SYNTHETIC_SYMBOL(widget_ops_a, 'R');
SYNTHETIC_SYMBOL(widget_ops_b, 'R');
SYNTHETIC_SYMBOL(widget_handlers, 'D');
SYNTHETIC_SYMBOL(widget_colours, 'R');
SYNTHETIC_SYMBOL(widget_journal, 'B');
SYNTHETIC_SYMBOL(widget_small, 'D');
SYNTHETIC_SYMBOL(widget_large, 'B');
SYNTHETIC_SYMBOL(widget_packed, 'B');
SYNTHETIC_SYMBOL(link_chain, 'B');
SYNTHETIC_SYMBOL(number_grid, 'B');
SYNTHETIC_SYMBOL(byte_table, 'B');
SYNTHETIC_SYMBOL(short_table, 'B');
SYNTHETIC_SYMBOL(number_table, 'B');
SYNTHETIC_SYMBOL(long_table, 'B');
SYNTHETIC_SYMBOL(float_table, 'B');
SYNTHETIC_SYMBOL(double_table, 'B');
SYNTHETIC_SYMBOL(bit_table, 'B');
SYNTHETIC_SYMBOL(magic_number, 'D');
SYNTHETIC_SYMBOL(volatile_number, 'D');
SYNTHETIC_SYMBOL(point_table, 'B');
SYNTHETIC_SYMBOL(no_numbers, 'B');
SYNTHETIC_SYMBOL(edge_bytes, 'B');
SYNTHETIC_SYMBOL(edge_string, 'B');
SYNTHETIC_SYMBOL(edge_last, 'B');
SYNTHETIC_SYMBOL(edge_unterminated, 'B');
SYNTHETIC_SYMBOL(edge_widget, 'B');
SYNTHETIC_SYMBOL(edge_long, 'B');
SYNTHETIC_SYMBOL(long_string, 'B');
SYNTHETIC_SYMBOL(null_widget, 'B');
SYNTHETIC_SYMBOL(error_widget, 'B');
SYNTHETIC_SYMBOL(poisoned_node, 'D');
SYNTHETIC_SYMBOL(dynamic_counters, 'B');
SYNTHETIC_SYMBOL(trap, 'B');
SYNTHETIC_SYMBOL(trap_pointer, 'D');
SYNTHETIC_SYMBOL(trap_widget, 'D');
SYNTHETIC_SYMBOL(trap_non_canonical, 'D');
SYNTHETIC_SYMBOL(trap_unmapped, 'D');
SYNTHETIC_SYMBOL(trap_other_half, 'D');
SYNTHETIC_SYMBOL(trap_small, 'D');
SYNTHETIC_SYMBOL(trap_top, 'D');
SYNTHETIC_SYMBOL(trap_cycle, 'B');
SYNTHETIC_SYMBOL(trap_self, 'B');
SYNTHETIC_SYMBOL(trap_long_chain, 'B');
SYNTHETIC_SYMBOL(trap_journal, 'B');
