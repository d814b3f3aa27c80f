/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* options: --private-writes */
/* A planted pointer, taken out of the target by an atomic operation. */
#include "canary.h"

static noinline struct widget *take(struct widget **where)
{
	return __atomic_exchange_n(where, NULL, __ATOMIC_SEQ_CST);
}

int main(void)
{
	struct widget *mine = &widgets[1];

	printf("%u\n", take(&mine)->id);
	printf("%.10s\n", take(&trap.widget)->name); /* fault */
	return 0;
}
