/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Loaded modules, exactly as lsmod(8) of kmod prints them: name, size in
 * bytes, how many use it, and the modules that do, by name. The order is
 * that of /proc/modules: last loaded, first listed.
 */
#include <fathom/ids.h>
#include <linux/module.h>

/* Of kernel/module/main.c. */
extern struct list_head modules;
/* kernel/module/internal.h: what the kernel itself holds of each module. */
#define MODULE_REF_BASE 1

static unsigned int size_of(struct module *mod)
{
#ifdef for_each_mod_mem_type
	unsigned int size = 0;

	for_each_mod_mem_type(type) size += mod->mem[type].size;
	return size;
#else
	return mod->init_layout.size + mod->core_layout.size;
#endif
}

static void print_users(struct module *mod)
{
	struct module_use *use;
	char separator = ' ';

	list_for_each_entry (use, &mod->source_list, source_list) {
		printf("%c%s", separator, use->source->name);
		separator = ',';
	}
}

int main(void)
{
	struct module *mod;

	printf("%-19s %8s  Used by\n", "Module", "Size");
	list_for_each_entry_rcu (mod, &modules, list) {
		if (mod->state == MODULE_STATE_UNFORMED)
			continue;
		printf("%-19s %8u  %d", mod->name, size_of(mod),
		       atomic_read(&mod->refcnt) - MODULE_REF_BASE);
		print_users(mod);
		putchar('\n');
	}
	return 0;
}
