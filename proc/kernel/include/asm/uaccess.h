/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The reader's memory. Whoever reads a file of /proc here is this program: its
 * "user" buffers are memory of its own. Memory of the target's processes is
 * read by access_remote_vm() (stand_ins.c).
 */
#include_next <asm/uaccess.h>

#ifndef FATHOM_PROC_ASM_UACCESS_H
#define FATHOM_PROC_ASM_UACCESS_H

unsigned long source_copy(void *to, const void *from, unsigned long size);

#undef access_ok
#define access_ok(address, size) ((void)(address), (void)(size), 1)

#define raw_copy_to_user(to, from, size) \
	source_copy((void __force *)(to), (from), (size))
#define raw_copy_from_user(to, from, size) \
	source_copy((to), (const void __force *)(from), (size))

#undef put_user
#define put_user(value, ptr) ((*(ptr) = (value)), 0)
#undef __put_user
#define __put_user(value, ptr) put_user(value, ptr)
#undef get_user
#define get_user(variable, ptr) (((variable) = *(ptr)), 0)
#undef __get_user
#define __get_user(variable, ptr) get_user(variable, ptr)

#endif /* FATHOM_PROC_ASM_UACCESS_H */
