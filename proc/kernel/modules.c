// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* Names of functions of modules: libfathom asks where it knows none. */
#include <fathom/ids.h>

#include <linux/kallsyms.h>

/*
 * Variables of modules whose source is among the kernel's here. libfathom found
 * no such symbols in the kernel itself; what it put in their slots (abi.h) is
 * no address.
 */
#define SLOT(variable)                                                 \
	extern u64 slot_##variable __asm__("__fathom_slot." #variable) \
		__attribute__((weak))
SLOT(ovl_index_def);
SLOT(ovl_metacopy_def);
SLOT(ovl_nfs_export_def);
SLOT(ovl_redirect_always_follow);
SLOT(ovl_redirect_dir_def);
SLOT(ovl_xino_auto_def);

static const struct {
	const char *name;
	u64 *slot;
} variables[] = {
	{"ovl_index_def", &slot_ovl_index_def},
	{"ovl_metacopy_def", &slot_ovl_metacopy_def},
	{"ovl_nfs_export_def", &slot_ovl_nfs_export_def},
	{"ovl_redirect_always_follow", &slot_ovl_redirect_always_follow},
	{"ovl_redirect_dir_def", &slot_ovl_redirect_dir_def},
	{"ovl_xino_auto_def", &slot_ovl_xino_auto_def},
};

/* Not in the headers of all kernels. */
unsigned long module_kallsyms_lookup_name(const char *name);

/* Modules come and go: asked anew whenever one's function is about to run. */
static void find_variables(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		unsigned long address =
			module_kallsyms_lookup_name(variables[i].name);

		if (address && variables[i].slot)
			*variables[i].slot = address;
	}
}

/* "name+0x0/0x80 [module]", of a function that begins at the address. */
int __fathom_module_function(fathom_u64 address, char *name, unsigned long size)
{
	char text[KSYM_SYMBOL_LEN];
	const char *module, *end;

	sprint_symbol(text, address);
	module = strstr(text, " [");
	end = strstr(text, "+0x0/");
	if (!module || !end || end > module)
		return 0;
	snprintf(name, size, "%.*s%s", (int)(end - text), text, module);
	find_variables();
	return 1;
}
