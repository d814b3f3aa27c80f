/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Pointers that assembly takes out of memory are of where they came from. */
#include <fathom/ids.h>
#include <linux/atomic.h>
#include "objects.h"

struct holder {
	struct widget *widget;
	struct holder *next;
};

static noinline struct widget *take(struct widget **where, struct widget *with)
{
	return xchg(where, with);
}

static noinline bool change(struct holder **where, struct holder **old,
			    struct holder *with)
{
	return try_cmpxchg(where, old, with);
}

int main(void)
{
	struct holder a = {&widgets[3], NULL}, b = {&widgets[5], &a}, *old = &b;
	struct widget *w;

	w = take(&a.widget, &widgets[4]);
	printf("%u %u\n", w->id, a.widget->id);
	w = take(&widgets[6].parent, &widgets[7]);
	printf("%u %u\n", w->id, widgets[6].parent->id);
	printf("%d", change(&b.next, &old, &b));
	printf(" %d", old == &a);
	printf(" %d", change(&b.next, &old, &b));
	printf(" %d\n", b.next == &b);
	b.next->widget = NULL;
	printf("%d\n", !b.widget);
	printf("%d\n",
	       cmpxchg(&widgets[6].parent, &widgets[7], NULL) == &widgets[7]);

	widgets[6].parent = (struct widget *)5;
	barrier();
	w = cmpxchg(&widgets[6].parent, (struct widget *)5, &widgets[7]);
	printf("%d %u\n", w == (struct widget *)5, widgets[6].parent->id);
	w = __sync_val_compare_and_swap(&widgets[6].parent, &widgets[7],
					(struct widget *)9);
	printf("%d %lx\n", w == &widgets[7],
	       *(unsigned long *)&widgets[6].parent);

	/* What the target holds is the target's, whoever put it there. */
	widgets[1].parent = (struct widget *)&a;
	barrier();
	fathom_try
	{
		printf("%u\n", take(&widgets[1].parent, NULL)->id);
	}
	fathom_catch(f)
	{
		printf("%s\n", f->message);
	}
	return 0;
}
