/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The mode is chosen on the command line; types of functions are clang's. */
// RUN: %clang -Xclang -load -Xclang %plugin -mllvm -fathom-private-writes -fsanitize=kcfi -O2 -g -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang -Xclang -load -Xclang %plugin -mllvm -fathom-private-writes -fsanitize=kcfi -O0 -c %s -o /dev/null

#define __kernel __attribute__((address_space(1)))

struct thing {
	int value;
	int (*show)(struct thing *thing);
};

// CHECK: @__fathom_functions = private constant [2 x {{.*}}@show, i64 [[TYPE:[1-9][0-9]*]] }
int show(struct thing *thing)
{
	return thing->value;
}

// CHECK-LABEL: define {{.*}}@store(
// CHECK: call {{.*}}ptr @__fathom_translate_write(
// CHECK: call {{.*}}ptr @__fathom_callee(ptr {{.*}}, i64 [[TYPE]],
int store(struct thing __kernel *t, struct thing *mine)
{
	t->value = 1;
	return t->show(mine);
}
