/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The list of modules, in the vmalloc area; its head is static in the kernel.
 */
#include <linux/module.h>
#include <fathom/ids.h>

extern struct list_head modules;

int main(void)
{
	struct module *module;

	list_for_each_entry (module, &modules, list)
		printf("%s %d\n", module->name,
		       module->state == MODULE_STATE_LIVE);
	return 0;
}
