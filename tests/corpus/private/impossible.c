/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* What is possible in the kernel only is a fault when it is reached. */
#include <fathom/ids.h>
#include <linux/sched.h>
#include "objects.h"

static noinline int segment(void)
{
	int value;

	asm volatile("movl %%gs:0, %0" : "=r"(value));
	return value;
}

static noinline void jump(int number)
{
	asm goto("testl %0, %0; jz %l[zero]" : : "r"(number) : : zero);
	printf("not zero\n");
	return;
zero:
	printf("zero\n");
}

int main(void)
{
	int i;

	for (i = 0; i < 5; i++) {
		fathom_try
		{
			if (i == 0)
				printf("%d\n", segment());
			else if (i == 1)
				printf("%d\n", current->pid);
			else if (i == 2)
				jump(i);
			else if (i == 3)
				printf("%p\n", fopen(widgets[1].name, "r"));
			else
				printf("%d\n",
				       *(volatile int __attribute__((
					       address_space(256))) *)8);
		}
		fathom_catch(f)
		{
			printf("%s\n", f->message);
		}
	}
	return 0;
}
