/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A copy is copied by libc before the pointer in it is used. */
#include "canary.h"

int main(void)
{
	struct trap first = trap, *second = malloc(sizeof(*second));
	volatile unsigned long size = sizeof(first);

	memcpy(second, &first, size);
	printf("%u\n", second->widget->id); /* fault */
	return 0;
}
