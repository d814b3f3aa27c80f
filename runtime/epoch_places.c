/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Places for pages of processes: see epoch.h. */
#include "epoch.h"

#include <search.h>
#include <stdlib.h>

struct place {
	uint64_t space;
	uint64_t page;
	uint64_t number;
};

static int compare(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->space != right->space)
		return left->space < right->space ? -1 : 1;
	return (left->page > right->page) - (left->page < right->page);
}

/* A balanced tree: addresses are the target's, and may be meant to collide. */
static struct place *add(struct fathom_epoch *epoch, const struct place *wanted)
{
	struct place *place = malloc(sizeof(*place));

	if (!place)
		return NULL;
	*place = *wanted;
	place->number = epoch->place_count;
	if (!tsearch(place, &epoch->places, compare)) {
		free(place);
		return NULL;
	}
	if (epoch->place_count++ % PLACES_PER_PAGE == 0)
		charge(epoch, 1);
	return place;
}

bool fathom_epoch_place(struct fathom_epoch *epoch, uint64_t space,
			uint64_t page, uint64_t *ret)
{
	struct place wanted = {.space = space, .page = page};
	struct place *const *found = tfind(&wanted, &epoch->places, compare);
	const struct place *place = found ? *found : add(epoch, &wanted);

	if (!place)
		return false;
	*ret = place->number;
	return true;
}

void fathom_epoch_forget_places(struct fathom_epoch *epoch)
{
	tdestroy(epoch->places, free);
	epoch->places = NULL;
	epoch->place_count = 0;
}
