/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/** @file What objects.c needs of kernel.c. */
#ifndef SYNTHETIC_KERNEL_H
#define SYNTHETIC_KERNEL_H

extern unsigned long __per_cpu_offset[];

/** Fill the real kernel structures: tasks and what hangs on them. */
void synthetic_populate_kernel(void);

#endif /* SYNTHETIC_KERNEL_H */
