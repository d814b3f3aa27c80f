/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Included before every source file of an IDS, after the kernel's own
 * compiler_types.h (prelude.h). What single headers need is in kernel/, which
 * is searched before the kernel's.
 */
#ifndef FATHOM_COMPAT_H
#define FATHOM_COMPAT_H

#define FATHOM 1

/* Kbuild's, for pr_fmt() and module parameters. */
#define KBUILD_MODNAME	"ids"
#define KBUILD_BASENAME "ids"
#define KBUILD_MODFILE	"ids"

#include <generated/utsrelease.h>

/* FATHOM_KERNEL_RELEASE_SYMBOL of abi.h. */
static const char __fathom_kernel_release[] __attribute__((used)) = UTS_RELEASE;

/*
 * strscpy() of newer kernels is a macro around this one; by its older name it
 * is one of the functions that understand kernel pointers.
 */
long sized_strscpy(char *dst, const char *src,
		   unsigned long size) __asm__("strscpy");

#endif /* FATHOM_COMPAT_H */
