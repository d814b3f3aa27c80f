/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The phases run at every level, with and without debug information. */
// RUN: %clang -O0 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang -O2 -g -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang -O3 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang -Os -g -S -emit-llvm %s -o - | FileCheck %s

extern struct task {
	struct task *next;
	int pid;
} first;

// CHECK: @__fathom_slot.first =
// CHECK: define {{.*}}i32 @second(
// CHECK: call {{.*}}@__fathom_translate
int second(void)
{
	return first.next->pid;
}
