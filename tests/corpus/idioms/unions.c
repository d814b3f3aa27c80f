/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A local union holds what was read, to be seen differently. */
#include <fathom/ids.h>
#include "objects.h"

union view {
	const struct widget *widget;
	unsigned long integer;
	unsigned char bytes[8];
};

int main(void)
{
	union view view = {.widget = &widgets[10]}, other;

	other.integer = view.integer + sizeof(struct widget);
	printf("%u %u\n", view.widget->id, other.widget->id);
	printf("%x\n", view.bytes[0] == (unsigned char)view.integer);
	view.integer = widgets[3].value.both;
	printf("%x %x\n", view.bytes[0], view.bytes[4]);
	return 0;
}
