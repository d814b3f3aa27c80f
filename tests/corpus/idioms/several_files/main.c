/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A program of several files hands kernel pointers from one to another. */
#include "other.h"

const struct widget *shared = &widgets[14];

int main(void)
{
	struct widget mine = {.id = 70, .parent = &widgets[3]};

	printf("%u %u\n", next_of(&widgets[3])->id, next_of(&mine)->id);
	printf("%s\n", shared_name());
	printf("%lu\n", sum_from(link_chain));
	return count_calls() != 2;
}
