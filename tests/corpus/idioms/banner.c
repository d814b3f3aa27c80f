/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The first words of every kernel. */
#include <linux/printk.h>
#include <fathom/ids.h>

int main(void)
{
	printf("%s", linux_banner);
	printf("%zu %d\n", strlen(linux_banner),
	       strncmp(linux_banner, "Linux version ", 14));
	return 0;
}
