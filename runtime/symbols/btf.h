/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Members of structs in BTF, the kernel's description of its own types
 * (Documentation/bpf/btf.rst).
 */
#ifndef FATHOM_RUNTIME_BTF_H
#define FATHOM_RUNTIME_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/error.h>

struct btf;

/** Where something lies, in bits from the start of the outermost type. */
struct fathom_btf_place {
	uint64_t bit_offset;
	uint64_t bit_size;
};

/**
 * Take in BTF from anywhere.
 *
 * @param[out] ret Released with btf__free() of libbpf. Copies @p data.
 */
struct fathom_error *fathom_btf_parse(const void *data, size_t size,
				      struct btf **ret);

/** Type names that are looked for, and the types that have them. */
struct fathom_btf_name {
	const char *name; /* of a struct or union: its tag, or a typedef */
	/* Different types may share a name: the first so many are kept. */
#define FATHOM_BTF_SAME_NAME 8
	uint32_t types[FATHOM_BTF_SAME_NAME];
	unsigned int count;
};

/**
 * Find the types of many names in one pass.
 *
 * @param[in,out] names Sorted by strcmp() of their names; gets the types.
 */
void fathom_btf_find(const struct btf *btf, struct fathom_btf_name *names,
		     size_t count);

/**
 * Find a member of a struct or union, or the whole of it.
 *
 * @param[in] path "comm"; "se.vruntime"; what is inside of anonymous members
 * is named as C does it. A component that is an array stands for its first
 * element when another one follows. "" is the type itself.
 * @return false if there is no such member.
 */
bool fathom_btf_member(const struct btf *btf, uint32_t type, const char *path,
		       struct fathom_btf_place *ret);

#endif /* FATHOM_RUNTIME_BTF_H */
