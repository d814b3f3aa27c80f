// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
// A number from the target that a union can turn into a pointer is looked at
// on its way in; numbers that stay numbers are not.
// RUN: %clang --target=x86_64-linux-gnu -O0 -g -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang --target=x86_64-linux-gnu -O2 -g -S -emit-llvm %s -o - | FileCheck %s
union view {
	unsigned long number;
	int *pointer;
};
struct plain {
	unsigned long number;
};
void show(union view *view);
void take(struct plain *plain);

// CHECK-LABEL: define {{.*}}@kept
// CHECK: call i64 @__fathom_keep(i64
// CHECK: call void @show(
void kept(unsigned long *p)
{
	union view view;
	view.number = *p;
	show(&view);
}

// CHECK-LABEL: define {{.*}}@number
// CHECK-NOT: __fathom_keep
// CHECK: call void @take(
void number(unsigned long *p)
{
	struct plain plain;
	plain.number = *p;
	take(&plain);
}
