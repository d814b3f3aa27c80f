/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What was rewritten, and what is checked only when run. */
// RUN: %clang -O2 -g -c %s -o /dev/null -Rpass=fathom -Rpass-missed=fathom 2>&1 | FileCheck %s

struct thing {
	int value;
};

int look(struct thing *t)
{
	// CHECK-DAG: remarks.c:[[@LINE+1]]:{{.*}}remark: load through a pointer told apart when run (thing.value)
	return t->value;
}

void change(struct thing *t)
{
	// CHECK-DAG: remarks.c:[[@LINE+1]]:{{.*}}remark: store through a pointer that may be the target's is checked when run
	t->value = 3;
}
