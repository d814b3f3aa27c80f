/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Atomic operations are atomic operations, wherever they are done. */
#include <fathom/ids.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/refcount.h>
#include "objects.h"

static noinline void all(atomic_t *a)
{
	printf("%d", atomic_inc_return(a));
	printf(" %d", atomic_add_return(10, a));
	printf(" %d", atomic_xchg(a, 3));
	printf(" %d", atomic_cmpxchg(a, 3, 4));
	printf(" %d", atomic_dec_and_test(a));
	printf(" %d", atomic_read(a));
	printf(" %d", atomic_add_unless(a, 1, 4));
	printf(" %d\n", atomic_read(a));
}

static noinline void builtins(unsigned long *p)
{
	unsigned long old = 7;

	__atomic_store_n(p, 7, __ATOMIC_SEQ_CST);
	printf("%lu", __atomic_fetch_or(p, 8, __ATOMIC_SEQ_CST));
	printf(" %d",
	       __atomic_compare_exchange_n(p, &old, 1, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST));
	printf(" %lu", old);
	printf(" %lu\n", __atomic_exchange_n(p, 2, __ATOMIC_SEQ_CST));
}

int main(void)
{
	atomic_t own = ATOMIC_INIT(0);
	refcount_t count = REFCOUNT_INIT(1);
	unsigned long word = 0;

	widgets[4].id = 0;
	all((atomic_t *)&widgets[4].id);
	all(&own);
	builtins(&long_table[5]);
	builtins(&word);
	refcount_inc(&count);
	printf("%u\n", refcount_read(&count));
	set_bit(77, bit_table);
	printf("%d", test_bit(77, bit_table));
	printf(" %d", test_and_clear_bit(77, bit_table));
	printf(" %d\n", test_bit(77, bit_table));
	return 0;
}
