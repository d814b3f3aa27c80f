/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Memory operands of inline assembly; hints; what moves memory to memory. */
#include <fathom/ids.h>
#include "objects.h"

struct nine {
	long words[9];
};

static noinline void increment(unsigned long *p)
{
	asm volatile("lock; incq %0" : "+m"(*p) : : "memory");
}

static noinline void clear(void *p, unsigned long size)
{
	asm volatile("rep stosb" : "+D"(p), "+c"(size) : "a"(0) : "memory");
}

static noinline void copy(unsigned long *to, unsigned long *from)
{
	asm volatile("movq %1, %%rax; movq %%rax, %0"
		     : "=m"(*to)
		     : "m"(*from)
		     : "rax");
}

int main(void)
{
	unsigned long was = long_table[3], own = 40, other;
	unsigned int number;

	increment(&long_table[3]);
	increment(&own);
	printf("%lu %lu\n", long_table[3] - was, own);

	number_table[3] = 4;
	asm("addl %1, %0" : "+m"(number_table[3]) : "ir"(5) : "cc");
	asm("movl %1, %0" : "=r"(number) : "m"(number_table[3]));
	printf("%u\n", number);
	asm volatile("movq $7, %0" : "=m"(*(struct nine *)&long_table[1]));
	printf("%lu\n", long_table[1]);

	asm volatile("prefetcht0 %0" : : "m"(*(const char *)&trap_widget[1]));
	copy(&other, &own);
	printf("%lu\n", other);
	clear(&own, 8);
	printf("%lu\n", own);
	fathom_try
	{
		clear(long_table, 8);
	}
	fathom_catch(f)
	{
		printf("%s\n", f->message);
	}
	fathom_try
	{
		copy(&own, long_table);
	}
	fathom_catch(f)
	{
		printf("%s\n", f->message);
	}
	return 0;
}
