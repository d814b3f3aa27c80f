/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * Any bytes as the BTF of a target: members are found or not, and lie where
 * 32-bit numbers can say.
 */
#include <bpf/btf.h>

#include <fathom/error.h>

#include "../../runtime/symbols/btf.h"
#include "fuzz.h"

static void look_up(const struct btf *btf, struct fathom_btf_name *name)
{
	static const char *const paths[] = {"a", "b", "a.b", "b.a.b", ""};
	struct fathom_btf_place place;

	for (unsigned int i = 0; i < name->count; i++)
		for (size_t j = 0; j < sizeof(paths) / sizeof(paths[0]); j++)
			if (fathom_btf_member(btf, name->types[i], paths[j],
					      &place))
				DEMAND(place.bit_size <=
				       8ull * UINT32_MAX * 64);
}

/* A header that fits the size, so that the fuzzer gets to the types. */
static void fit_header(uint8_t *data, size_t size)
{
	struct btf_header *header = (struct btf_header *)data;
	size_t space = size - sizeof(*header);

	header->magic = BTF_MAGIC;
	header->version = BTF_VERSION;
	header->flags = 0;
	header->hdr_len = sizeof(*header);
	header->type_off = 0;
	header->type_len = (space > 8 ? space - 8 : 0) & ~3u;
	header->str_off = header->type_len;
	header->str_len = space - header->str_off;
	if (header->str_len >= 5)
		memcpy(data + size - header->str_len, "\0a\0b", 5);
	if (header->str_len)
		data[size - 1] = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fathom_btf_name names[] = {{.name = "a"}, {.name = "b"}};
	struct fathom_error *error;
	struct btf *btf;
	uint8_t *copy;

	if (size <= sizeof(struct btf_header))
		return 0;
	copy = malloc(size);
	DEMAND(copy);
	memcpy(copy, data, size);
	if (data[0] & 1)
		fit_header(copy, size);
	error = fathom_btf_parse(copy, size, &btf);
	free(copy);
	if (error) {
		DEMAND(error->message && !strchr(error->message, '\n'));
		fathom_error_destroy(error);
		return 0;
	}
	fathom_btf_find(btf, names, 2);
	look_up(btf, &names[0]);
	look_up(btf, &names[1]);
	btf__free(btf);
	return 0;
}
