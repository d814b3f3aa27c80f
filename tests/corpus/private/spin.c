/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Nobody else changes the view: waiting for the target comes to an end. */
#include <fathom/ids.h>
#include <linux/atomic.h>
#include <linux/seqlock.h>
#include "objects.h"

static noinline void wait(unsigned int *flag)
{
	while (READ_ONCE(*flag) != 12345678)
		barrier();
}

static noinline void acquire(unsigned int *lock)
{
	while (cmpxchg(lock, 0, 1) != 0)
		barrier();
}

static noinline void test_and_set(unsigned char *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
		barrier();
}

static noinline void assembly(unsigned int *lock)
{
	unsigned int old;

	do
		asm volatile("xchgl %0, %1" : "=r"(old), "+m"(*lock) : "0"(1));
	while (old);
}

int main(void)
{
	seqcount_t *sequence = (seqcount_t *)&number_table[8];
	int i;

	number_table[1] = 0;
	acquire(&number_table[1]);
	number_table[8] = 2;
	printf("%u\n", read_seqcount_begin(sequence));
	number_table[8] = 3;
	for (i = 0; i < 5; i++) {
		fathom_try
		{
			if (i == 0)
				wait(&number_table[2]);
			else if (i == 1)
				acquire(&number_table[1]);
			else if (i == 2)
				test_and_set((unsigned char *)&number_table[1]);
			else if (i == 3)
				assembly(&number_table[1]);
			else
				printf("%u\n", read_seqcount_begin(sequence));
		}
		fathom_catch(f)
		{
			printf("%s\n", f->message);
		}
	}
	return 0;
}
