/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Switches over kernel values; some become look-up tables. */
#include <fathom/ids.h>
#include "objects.h"

static const char *state_name(unsigned int state)
{
	switch (state) {
	case 0:
		return "new";
	case 1:
		return "ready";
	case 2:
		return "busy";
	case 3:
		return "stuck";
	case 4:
		return "gone";
	default:
		return "odd";
	}
}

static const struct widget *relative(const struct widget *w)
{
	switch (w->id % 4) {
	case 0:
		return &widgets[0];
	case 1:
		return w->parent;
	case 2:
		return w;
	default:
		return widget_index[2];
	}
}

int main(void)
{
	const struct widget *w;
	int score = 0;

	list_for_each_entry (w, &widget_list, node) {
		switch (w->place.colour) {
		case 1:
		case 3:
			score += 10;
			fallthrough;
		case 2:
			score++;
			break;
		case 4:
			score *= 2;
		}
		printf("%s %s %d\n", state_name(w->state), relative(w)->name,
		       score);
	}
	return 0;
}
