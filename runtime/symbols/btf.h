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

/**
 * The next struct or union called @p type, by its tag or by a typedef.
 * Different ones may share a name.
 *
 * @param[in] after Number of the last one, 0 for the first.
 * @return Its number, or 0 if there is no other.
 */
uint32_t fathom_btf_next(const struct btf *btf, const char *type,
			 uint32_t after);

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
