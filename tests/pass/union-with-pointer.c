// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
// A number from the target that a union can turn into a pointer is looked at
// on its way in; numbers that stay numbers are not.
// RUN: %clang --target=x86_64-linux-gnu -O0 -g -S -emit-llvm %s -o - | FileCheck %s --check-prefix=LOAD
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

struct area {
	union {
		struct {
			unsigned long start, end;
		};
		struct {
			struct area *next;
			void *function;
		} released;
	};
	int rest;
};
union bytes {
	int *pointer;
	unsigned int halves[2];
};

// What is declared a number, and loaded as one, is one: it is not looked at.
// LOAD-LABEL: define {{.*}}@end(
// LOAD-NOT: __fathom_copy
// LOAD: call ptr @__fathom_translate(
// LOAD: ret i64
unsigned long end(struct area *area)
{
	return area->end;
}

// As a pointer it is the target's, whatever its sign.
// LOAD-LABEL: define {{.*}}@follow(
// LOAD: call ptr @__fathom_translate(i64 %{{.*}}, i64 8,
// LOAD: [[P:%.*]] = inttoptr i64 %{{.*}} to ptr
// LOAD-NOT: icmp sgt
// LOAD: [[I:%.*]] = ptrtoint ptr [[P]] to i64
// LOAD: call ptr @__fathom_translate(i64 [[I]], i64 4,
int follow(struct area *area)
{
	return *(int *)area->end;
}

// What nobody has declared a number may be a pointer.
// LOAD-LABEL: define {{.*}}@halves(
// LOAD: call void @__fathom_copy(
// LOAD: ret i64
unsigned long halves(union bytes *bytes)
{
	return *(unsigned long *)&bytes[1].halves[0];
}

// A store that the optimizer has made of a copy is looked at, too, ...
// CHECK-LABEL: define {{.*}}@moved(
// CHECK: call i64 @__fathom_keep(i64
// CHECK: call void @show(
void moved(struct area *area)
{
	union view first, second;
	first.number = area->end;
	second = first;
	show(&second);
}

// ... and what comes in registers.
// CHECK-LABEL: define {{.*}}@given(
// CHECK: call i64 @__fathom_keep(i64
// CHECK-NOT: __fathom_keep
// CHECK: call void @look(
struct pair {
	union view view;
	long number;
};
void look(struct pair *pair);
void given(struct pair pair)
{
	look(&pair);
}
