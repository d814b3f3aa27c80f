/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* A switch over a planted value. */
#include "canary.h"

int main(void)
{
	switch (trap_widget->state) { /* fault */
	case 0:
		puts("none");
		break;
	case 4:
		puts("TOP-SECRET");
		break;
	}
	return 0;
}
