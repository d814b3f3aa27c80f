// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
// Both phases run before the linker gets to optimize anything.
// RUN: %clang --target=x86_64-linux-gnu -O2 -flto -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang --target=x86_64-linux-gnu -O2 -flto=thin -S -emit-llvm %s -o - | FileCheck %s
// CHECK-LABEL: define {{.*}}@look
// CHECK: call {{.*}}@__fathom_translate
// CHECK-LABEL: define {{.*}}@__fathom_construct
extern int kernel_variable;
int look(void)
{
	return kernel_variable;
}
