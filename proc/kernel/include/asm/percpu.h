/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Per-CPU data without segment registers: the code runs as if on the target's
 * first CPU.
 */
#ifndef _ASM_X86_PERCPU_H
#define _ASM_X86_PERCPU_H

#include <linux/kernel.h>
#include <linux/stringify.h>

#define __my_cpu_offset per_cpu_offset(0)

/* Newer kernels say so where a variable is in the segment's address space. */
#define __percpu_seg_override

#define DECLARE_INIT_PER_CPU(var) extern typeof(var) init_per_cpu_var(var)
#define init_per_cpu_var(var)	  init_per_cpu__##var

#include <asm-generic/percpu.h>

#define this_cpu_read_stable(var)   this_cpu_read(var)
#define this_cpu_read_const(var)    (*raw_cpu_ptr(&(var)))
#define this_cpu_read_stable_4(var) this_cpu_read(var)
#define this_cpu_read_stable_8(var) this_cpu_read(var)

#define x86_this_cpu_test_bit(bit, address) \
	test_bit((bit), raw_cpu_ptr((unsigned long __percpu *)(address)))
#define this_cpu_test_bit(bit, map) x86_this_cpu_test_bit(bit, map)

DECLARE_PER_CPU_READ_MOSTLY(unsigned long, this_cpu_off);

/* Maps that exist before the per-CPU areas do: those are there by now. */
#define DEFINE_EARLY_PER_CPU(type, name, value) \
	DEFINE_PER_CPU(type, name) = value
#define DEFINE_EARLY_PER_CPU_READ_MOSTLY(type, name, value) \
	DEFINE_PER_CPU_READ_MOSTLY(type, name) = value
#define EXPORT_EARLY_PER_CPU_SYMBOL(name) EXPORT_PER_CPU_SYMBOL(name)
#define DECLARE_EARLY_PER_CPU(type, name)          \
	DECLARE_PER_CPU(type, name);               \
	extern __typeof__(type) *name##_early_ptr; \
	extern __typeof__(type) name##_early_map[]
#define DECLARE_EARLY_PER_CPU_READ_MOSTLY(type, name) \
	DECLARE_EARLY_PER_CPU(type, name)
#define early_per_cpu_ptr(name)	   (name##_early_ptr)
#define early_per_cpu_map(name, i) (name##_early_map[i])
#define early_per_cpu(name, cpu)   per_cpu(name, cpu)

#endif /* _ASM_X86_PERCPU_H */
