/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Loops over objects of the program's that mix both kinds of pointers. */
#include <fathom/ids.h>
#include <linux/list.h>
#include "objects.h"

struct output {
	char *buffer;
	size_t size, count;
	struct widget *widget;
	const struct operations *operations;
};

struct operations {
	struct widget *(*next)(struct output *out, struct widget *w);
	void (*show)(struct output *out, struct widget *w);
};

static void put(struct output *out, const char *text)
{
	while (*text && out->count + 1 < out->size)
		out->buffer[out->count++] = *text++;
	out->buffer[out->count] = '\0';
}

static struct widget *next(struct output *out, struct widget *w)
{
	out->widget = list_next_entry(w, node);
	if (list_entry_is_head(out->widget, &widget_list, node))
		return NULL;
	return out->widget;
}

static void show(struct output *out, struct widget *w)
{
	w->weight++;
	put(out, w->name);
	put(out, " of ");
	put(out, w->parent ? w->parent->name : "nobody");
	put(out, ",");
}

static const struct operations operations = {next, show};

int main(void)
{
	char text[200];
	struct output out = {
		.buffer = text,
		.size = sizeof(text),
		.operations = &operations,
	};
	struct widget *w = list_first_entry(&widget_list, struct widget, node);
	unsigned long weight = w->weight;
	int i;

	for (i = 0; w && i < 4; i++) {
		out.operations->show(&out, w);
		w = out.operations->next(&out, w);
	}
	printf("%s\n", text);
	w = list_first_entry(&widget_list, struct widget, node);
	printf("%lu\n", w->weight - weight);

	/* The same into the target's own memory. */
	out.buffer = long_string;
	out.count = 0;
	show(&out, w);
	printf("%s\n", long_string);
	return 0;
}
