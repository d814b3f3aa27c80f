/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Memory of a process: its address and its page table come from one object,
 * so that both are followed. At every level the same is found out.
 */
// RUN: %clang -O0 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang -O2 -S -emit-llvm %s -o - | FileCheck %s

typedef unsigned long size_t;
size_t fathom_read_space(unsigned long root, unsigned long address,
			 void *buffer, size_t size);

struct mm {
	long count;
	unsigned long arg_start;
	void *pgd;
};

struct task {
	struct task *next;
	char others[2000];
	struct mm *mm;
};

extern struct task first;

static inline unsigned long pa(const void *address)
{
	return (unsigned long)address - 0xffff888000000000;
}

void arguments(char *text)
{
	struct task *p = &first;

	// The task: itself, and its mm.
	// CHECK-DAG: [[TASK:@__fathom_outline[.0-9]*]] = internal {{.*}} { ptr @{{[^,]*}}, ptr [[OF_TASK:@[^,]*]], i32 2, i32 2, i32 0, i32 0 }
	// CHECK-DAG: [[OF_TASK]] = {{.*}} { ptr [[TASK]], i32 0, i32 0, i32 0, i32 0 }, {{.*}} { ptr [[MM:@[^,]*]], i32 2008, i32 0, i32 0, i32 0 }]
	// The mm: the arguments (8) by way of the page table (16).
	// CHECK-DAG: [[MM]] = internal {{.*}} { ptr @{{[^,]*}}, ptr [[OF_MM:@[^,]*]], i32 1, i32 1, i32 0, i32 0 }
	// CHECK-DAG: [[OF_MM]] = {{.*}} { ptr [[TEXT:@[^,]*]], i32 8, i32 0, i32 16, i32 1 }]
	// CHECK-DAG: [[TEXT]] = internal {{.*}} { ptr [[BYTES:@[^,]*]], ptr null, i32 1, i32 0, i32 0, i32 0 }
	// CHECK-DAG: [[BYTES]] = {{.*}} { i32 0, i32 200 }]
	while ((p = p->next) != &first)
		if (p->mm)
			fathom_read_space(pa(p->mm->pgd), p->mm->arg_start,
					  text, 200);
}
