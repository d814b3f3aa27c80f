/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The table of system calls. One line for each entry, without headings: its
 * number, the address it holds, and the name of the kernel function that
 * starts there. A question mark instead of a name is what a rootkit leaves
 * that has put its own function there.
 */
#include <fathom/ids.h>
#include <asm/syscall.h>
#include <asm/unistd.h>

int main(void)
{
	int i;

	for (i = 0; i < NR_syscalls; i++) {
		const char *name = fathom_symbol_name(sys_call_table[i]);

		printf("%3d %016lx %s\n", i, (unsigned long)sys_call_table[i],
		       name ? name : "?");
	}
	return 0;
}
