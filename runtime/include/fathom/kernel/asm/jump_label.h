/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Static keys without code patching: the branch asks the key, in the target.
 */
#ifndef FATHOM_KERNEL_ASM_JUMP_LABEL_H
#define FATHOM_KERNEL_ASM_JUMP_LABEL_H

#ifndef __ASSEMBLY__

#include <linux/types.h>

struct jump_entry;

/*
 * "key" is enabled iff its count is positive. The branch is taken iff that
 * differs from what the code was laid out for (linux/jump_label.h).
 */
static __always_inline bool arch_static_branch(struct static_key *const key,
					       const bool branch)
{
	return (key->enabled.counter > 0) != branch;
}

static __always_inline bool
arch_static_branch_jump(struct static_key *const key, const bool branch)
{
	return arch_static_branch(key, branch);
}

extern int arch_jump_entry_size(struct jump_entry *entry);

#endif /* __ASSEMBLY__ */
#endif /* FATHOM_KERNEL_ASM_JUMP_LABEL_H */
