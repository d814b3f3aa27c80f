// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
// Where both ends of a copy are pointers that somebody gave us, what these were
// declared to point to says which words are pointers: numbers stay numbers.
// RUN: %clang --target=x86_64-linux-gnu -O0 -g -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang --target=x86_64-linux-gnu -O2 -g -S -emit-llvm %s -o - | FileCheck %s --check-prefixes=CHECK,RESULT
// RUN: %clang --target=x86_64-linux-gnu -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=INLINED
typedef unsigned long number;
struct counters {
	number counter[10];
};
struct inner {
	unsigned int low : 4, high;
	const struct counters *where;
	char name[8];
};
struct mixed {
	struct inner inner[2];
	union {
		void *either;
		number value;
	};
	void (*call)(void);
	enum { NONE, ALL } kind;
	number rest[];
};
struct owner {
	long size;
	struct {
		struct counters *counters;
	} of;
	union {
		struct counters *one;
		struct mixed *other;
	};
};
void *given(void);
struct counters *counters_given(void);
void see(struct counters *counters);

// CHECK-DAG: c"..........\00"
// CHECK-DAG: c".p?.p??p.\00"

// CHECK-LABEL: define {{.*}}@by_destination(
// CHECK: call void @__fathom_copy(ptr {{.*}}, ptr {{.*}}, i64 80, ptr {{(nonnull )?}}@__fathom_string
void by_destination(struct counters *to)
{
	*to = *(struct counters *)given();
}

// CHECK-LABEL: define {{.*}}@by_source(
// CHECK: call void @__fathom_copy(ptr {{.*}}, ptr {{.*}}, i64 72, ptr {{(nonnull )?}}@__fathom_string
void by_source(void *to, const struct mixed *const from)
{
	__builtin_memcpy(to, from, sizeof(*from));
}

// CHECK-LABEL: define {{.*}}@by_member(
// CHECK: call void @__fathom_copy(ptr {{.*}}, ptr {{.*}}, i64 80, ptr {{(nonnull )?}}@__fathom_string
void by_member(void *to, struct owner *owner)
{
	__builtin_memcpy(to, owner->of.counters, sizeof(struct counters));
}

// What a function of another file returns is in the debug info of optimized code.
// RESULT-LABEL: define {{.*}}@by_result(
// RESULT: call void @__fathom_copy(ptr {{.*}}, ptr {{.*}}, i64 80, ptr {{(nonnull )?}}@__fathom_string
void by_result(void *to)
{
	__builtin_memcpy(to, counters_given(), sizeof(struct counters));
}

// What may be declared another way, is not a struct, or not all that is copied,
// remains unknown.
// CHECK-LABEL: define {{.*}}@by_union(
// CHECK: call void @__fathom_copy(ptr {{.*}}, ptr {{.*}}, i64 80, ptr null
void by_union(void *to, struct owner *owner)
{
	__builtin_memcpy(to, owner->one, sizeof(struct counters));
}

// CHECK-LABEL: define {{.*}}@by_number(
// CHECK: call void @__fathom_copy(ptr {{.*}}, ptr {{.*}}, i64 8, ptr null
void by_number(number *to, void *from)
{
	__builtin_memcpy(to, from, sizeof(*to));
}

// CHECK-LABEL: define {{.*}}@by_first(
// CHECK: call void @__fathom_copy(ptr {{.*}}, ptr {{.*}}, i64 160, ptr null
void by_first(struct counters *to, void *from)
{
	__builtin_memcpy(to, from, 2 * sizeof(*to));
}

// Without debug info, the variable that the pointer leads to after inlining.
// INLINED: [[NUMBERS:@__fathom_string[.0-9]*]] = {{.*}} c"..........\00"
// INLINED-LABEL: define {{.*}}@inlined(
// INLINED: call void @__fathom_copy(ptr {{.*}}, ptr {{.*}}, i64 80, ptr {{(nonnull )?}}[[NUMBERS]]
static inline void fetch(struct counters *to, void *from)
{
	*to = *(struct counters *)from;
}

void inlined(void)
{
	struct counters counters;

	fetch(&counters, given());
	see(&counters);
}
