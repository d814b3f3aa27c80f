// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
#include <fs/proc/namespaces.c>

#include "fathom-proc.h"

const struct proc_ns_operations *source_namespace(unsigned int number)
{
	return number < ARRAY_SIZE(ns_entries) ? ns_entries[number] : NULL;
}

int source_namespace_link(struct dentry *dentry, char *buffer, int size)
{
	return proc_ns_readlink(dentry, (char __user *)buffer, size);
}
