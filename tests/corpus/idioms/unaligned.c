/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Unaligned loads, one of them across a page edge. */
#include <asm/unaligned.h>
#include <fathom/ids.h>
#include "objects.h"

int main(void)
{
	unsigned int i;

	printf("%lx %x\n", get_unaligned(edge_long),
	       get_unaligned((u32 *)((char *)edge_long + 3)));
	for (i = 0; i < 8; i++)
		printf("%llx %x %x\n",
		       get_unaligned_le64(edge_bytes + 4096 - i),
		       get_unaligned_be32(edge_bytes + 8192 - i),
		       get_unaligned_le16(edge_bytes + 4095 + i));
	return 0;
}
