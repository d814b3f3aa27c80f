// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/* Names of functions of modules: libfathom asks where it knows none. */
#include <fathom/ids.h>

#include <linux/kallsyms.h>

/* "name+0x0/0x80 [module]", of a function that begins at the address. */
int __fathom_module_function(fathom_u64 address, char *name, unsigned long size)
{
	char text[KSYM_SYMBOL_LEN];
	const char *module, *end;

	sprint_symbol(text, address);
	module = strstr(text, " [");
	end = strstr(text, "+0x0/");
	if (!module || !end || end > module || end - text >= size)
		return 0;
	memcpy(name, text, end - text);
	name[end - text] = '\0';
	return 1;
}
