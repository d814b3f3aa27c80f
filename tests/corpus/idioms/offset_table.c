/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Members read by offset and size from a table. */
#include <fathom/ids.h>
#include "objects.h"

#define FIELD(member)                              \
	{#member, offsetof(struct widget, member), \
	 sizeof_field(struct widget, member)}
static const struct {
	const char *name;
	unsigned long offset, size;
} fields[] = {
	FIELD(id),     FIELD(place.x), FIELD(place.colour),
	FIELD(weight), FIELD(enabled), FIELD(value.high),
};

static unsigned long get(const void *object, unsigned long offset,
			 unsigned long size)
{
	const char *at = (const char *)object + offset;

	switch (size) {
	case 1:
		return *(const u8 *)at;
	case 2:
		return *(const u16 *)at;
	case 4:
		return *(const u32 *)at;
	default:
		return *(const u64 *)at;
	}
}

int main(void)
{
	unsigned int i, j;

	for (i = 0; i < WIDGETS; i += 7)
		for (j = 0; j < ARRAY_SIZE(fields); j++)
			printf("%s %lx\n", fields[j].name,
			       get(&widgets[i], fields[j].offset,
				   fields[j].size));
	return 0;
}
