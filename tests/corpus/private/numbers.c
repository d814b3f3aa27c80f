/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * A number of the target's that looks like an address of the program is still
 * that number after its struct was copied, whoever says where to. Pointers
 * beside it are the target's.
 */
#include <fathom/ids.h>
#include "objects.h"

static struct large kept;
static struct link own;

static noinline void fetch(struct large *to)
{
	*to = widget_large;
}

static noinline void fetch_from(void *to, const struct large *from)
{
	memcpy(to, from, sizeof(*from));
}

static void show(const struct large *large)
{
	printf("%d %u\n", large->words[3] == (long)&own, large->owner->id);
}

int main(void)
{
	widget_large.words[3] = (long)&own;
	fetch(&kept);
	show(&kept);
	memset(&kept, 0, sizeof(kept));
	fetch_from(&kept, &widget_large);
	show(&kept);
	return 0;
}
