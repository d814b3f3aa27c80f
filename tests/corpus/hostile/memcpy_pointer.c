/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The pointer itself is copied by memcpy(). */
#include "canary.h"

int main(void)
{
	struct widget *w;

	memcpy(&w, &trap.widget, sizeof(w));
	printf("%u\n", w->id); /* fault */
	return 0;
}
