/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The monitored kernel's own name for itself, as in /proc/version.
 */
#include <fathom/ids.h>
#include <linux/printk.h>

extern const char linux_banner[];

int main(void)
{
	printf("%s", linux_banner);
	return 0;
}
