/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Lookups in BTF. libbpf checks its structure as a whole; type numbers and
 * names inside are the target's, and each is checked where it is used.
 */
#include <errno.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "btf.h"

/* Far more than any kernel nests; BTF that refers to itself ends here. */
#define MAX_DEPTH 32
/* Members looked at in one search. */
#define MAX_STEPS 100000

struct fathom_error *fathom_btf_parse(const void *data, size_t size,
				      struct btf **ret)
{
	libbpf_print_fn_t print;

	if (size > UINT32_MAX)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "BTF has %zu bytes", size);
	/* It would explain itself on the program's stderr. */
	print = libbpf_set_print(NULL);
	*ret = btf__new(data, size);
	libbpf_set_print(print);
	if (!*ret && errno == ENOMEM)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "no memory for BTF");
	if (!*ret)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "BTF is broken: %s",
					   strerror(errno));
	return NULL;
}

/* Past typedefs, const, volatile and the like. */
static const struct btf_type *strip(const struct btf *btf, uint32_t id,
				    uint32_t *ret)
{
	const struct btf_type *type;

	for (unsigned int depth = 0; depth < MAX_DEPTH; depth++) {
		type = btf__type_by_id(btf, id);
		if (!type)
			return NULL;
		if (!btf_is_mod(type) && !btf_is_typedef(type)) {
			*ret = id;
			return type;
		}
		id = type->type;
	}
	return NULL;
}

/* The struct or union behind @p id; of an array, if asked, its elements'. */
static const struct btf_type *composite(const struct btf *btf, uint32_t id,
					bool through_arrays, uint32_t *ret)
{
	const struct btf_type *type = strip(btf, id, ret);

	for (unsigned int depth = 0; depth < MAX_DEPTH; depth++) {
		if (!type || !through_arrays || !btf_is_array(type))
			break;
		type = strip(btf, btf_array(type)->type, ret);
	}
	return type && btf_is_composite(type) ? type : NULL;
}

static struct fathom_btf_name *wanted(struct fathom_btf_name *names,
				      size_t count, const char *name)
{
	size_t low = 0, high = count, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(names[middle].name, name);
		if (!order)
			return &names[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

void fathom_btf_find(const struct btf *btf, struct fathom_btf_name *names,
		     size_t count)
{
	uint32_t type_count = btf__type_cnt(btf), found;
	const struct btf_type *type;
	struct fathom_btf_name *entry;
	const char *name;

	for (uint32_t id = 1; id < type_count; id++) {
		type = btf__type_by_id(btf, id);
		if (!type || (!btf_is_composite(type) && !btf_is_typedef(type)))
			continue;
		name = btf__name_by_offset(btf, type->name_off);
		entry = name ? wanted(names, count, name) : NULL;
		if (entry && entry->count < FATHOM_BTF_SAME_NAME &&
		    composite(btf, id, false, &found))
			entry->types[entry->count++] = id;
	}
}

static bool same_name(const struct btf *btf, const struct btf_member *member,
		      const char *name, size_t length)
{
	const char *other = btf__name_by_offset(btf, member->name_off);

	return other && strlen(other) == length && !memcmp(other, name, length);
}

static bool is_anonymous(const struct btf *btf, const struct btf_member *member)
{
	const char *name = btf__name_by_offset(btf, member->name_off);

	return name && !*name;
}

struct found {
	const struct btf_type *parent;
	unsigned int index;
	uint64_t bit_offset; /* of the parent */
};

/* Look for one component, in anonymous members too. */
static bool find_component(const struct btf *btf, const struct btf_type *type,
			   const char *name, size_t length, uint64_t offset,
			   unsigned int depth, unsigned int *steps,
			   struct found *ret)
{
	const struct btf_member *member = btf_members(type);
	const struct btf_type *inner;
	uint32_t id;

	for (unsigned int i = 0; i < btf_vlen(type); i++, member++) {
		if (++*steps > MAX_STEPS)
			return false;
		if (same_name(btf, member, name, length)) {
			*ret = (struct found){type, i, offset};
			return true;
		}
		if (depth >= MAX_DEPTH || !is_anonymous(btf, member))
			continue;
		inner = composite(btf, member->type, false, &id);
		if (inner &&
		    find_component(btf, inner, name, length,
				   offset + btf_member_bit_offset(type, i),
				   depth + 1, steps, ret))
			return true;
	}
	return false;
}

static bool size_of(const struct btf *btf, uint32_t id, uint64_t *ret)
{
	int64_t size = btf__resolve_size(btf, id);

	if (size < 0)
		return false;
	*ret = 8 * (uint64_t)size;
	return true;
}

static bool place_of(const struct btf *btf, const struct found *found,
		     struct fathom_btf_place *ret)
{
	uint32_t width = btf_member_bitfield_size(found->parent, found->index);

	ret->bit_offset = found->bit_offset +
			  btf_member_bit_offset(found->parent, found->index);
	ret->bit_size = width;
	return width ||
	       size_of(btf, btf_members(found->parent)[found->index].type,
		       &ret->bit_size);
}

bool fathom_btf_member(const struct btf *btf, uint32_t type, const char *path,
		       struct fathom_btf_place *ret)
{
	const struct btf_type *parent = composite(btf, type, false, &type);
	unsigned int steps = 0;
	struct found found;
	size_t length;

	*ret = (struct fathom_btf_place){};
	if (parent && !*path)
		return size_of(btf, type, &ret->bit_size);
	while (parent) {
		length = strcspn(path, ".");
		if (!length ||
		    !find_component(btf, parent, path, length, ret->bit_offset,
				    0, &steps, &found))
			return false;
		if (!place_of(btf, &found, ret))
			return false;
		path += length;
		if (!*path)
			return true;
		path++;
		parent = composite(btf,
				   btf_members(found.parent)[found.index].type,
				   true, &type);
	}
	return false;
}
