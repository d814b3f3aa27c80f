/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What would write to the target is refused at the author's line. */
// RUN: %not %clang -O0 -g -c %s -o /dev/null 2>&1 | FileCheck %s
// RUN: %not %clang -O2 -g -c %s -o /dev/null 2>&1 | FileCheck %s
// RUN: %not %clang -O3 -c %s -o /dev/null 2>&1 | FileCheck %s --check-prefix=ANY

#define __kernel __attribute__((address_space(1)))

struct thing {
	int value;
	int *pointer;
};

void store(struct thing __kernel *t)
{
	// CHECK-DAG: diagnostics.c:[[@LINE+1]]:{{.*}}error: store through a kernel pointer
	t->value = 1;
}

int add(struct thing __kernel *t)
{
	// CHECK-DAG: diagnostics.c:[[@LINE+1]]:{{.*}}error: atomic operation through a kernel pointer
	return __atomic_fetch_add(&t->value, 1, __ATOMIC_SEQ_CST);
}

void through(struct thing __kernel *t)
{
	// CHECK-DAG: diagnostics.c:[[@LINE+1]]:{{.*}}error: store through a kernel pointer
	*t->pointer = 2;
}

void mutex_lock(void __kernel *lock);

void lock(struct thing __kernel *t)
{
	// CHECK-DAG: diagnostics.c:[[@LINE+1]]:{{.*}}error: 'mutex_lock' of a kernel pointer
	mutex_lock(t);
}

int per_cpu(void)
{
	// CHECK-DAG: diagnostics.c:[[@LINE+1]]:{{.*}}error: load of per-CPU data
	return *(int __attribute__((address_space(256))) *)64;
}

// ANY: error: store through a kernel pointer
