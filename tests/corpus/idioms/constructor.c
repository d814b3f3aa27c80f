/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Code that runs before main() sees the target, too. */
#include <fathom/ids.h>
#include "objects.h"

static unsigned int early;

static __attribute__((constructor(1000))) void start(void)
{
	early = widgets[21].id;
}

static __attribute__((destructor)) void finish(void)
{
	printf("%s\n", widgets[22].name);
}

int main(void)
{
	printf("%u\n", early);
	return 0;
}
