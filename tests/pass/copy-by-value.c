// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
// A struct passed by value is copied by the calling convention, which knows
// nothing of the target: the copy is made before, with its pointers' places.
// RUN: %clang --target=x86_64-linux-gnu -O0 -S -emit-llvm %s -o - | FileCheck %s
struct object {
	long numbers[4];
	void *pointer;
	char bytes[8];
	union {
		void *either;
		long number;
	};
};
long take(struct object object);

// CHECK: c"....p??\00"
// CHECK-LABEL: define {{.*}}@give
// CHECK: [[COPY:%.*]] = alloca %struct.object
// CHECK: call void @__fathom_copy(ptr [[COPY]], ptr %{{.*}}, i64 56,
// CHECK: call i64 @take(ptr {{.*}}byval(%struct.object) {{.*}}[[COPY]])
long give(struct object *object)
{
	return take(*object);
}

// CHECK-LABEL: define {{.*}}@give_own
// CHECK-NOT: __fathom_copy
// CHECK: ret i64
long give_own(void)
{
	struct object mine = {};
	return take(mine);
}
