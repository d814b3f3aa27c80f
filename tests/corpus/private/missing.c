/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Functions that nobody has, and names that nobody has. */
#include <fathom/ids.h>
#include <linux/file.h>
#include "objects.h"

extern struct widget no_such_widget;
long no_such_function(struct widget *w, long number);
/* libc has one of this name, which takes no kernel pointer. */
int getrusage(struct widget *w, int who, void *usage);

int main(void)
{
	int i;

	for (i = 0; i < 6; i++) {
		fathom_try
		{
			if (i == 0)
				no_such_function(&widgets[1], 3);
			else if (i == 1)
				fput((struct file *)&widgets[1]);
			else if (i == 2)
				printf("%u\n", no_such_widget.id);
			else if (i == 3)
				no_such_widget.weight = 1;
			else if (i == 4)
				getrusage(&widgets[1], 0, NULL);
			else
				((void (*)(void))&no_such_widget)();
		}
		fathom_catch(f)
		{
			printf("%s\n", f->message);
		}
	}
	return 0;
}
