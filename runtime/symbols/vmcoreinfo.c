/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Parser of VMCOREINFO. Any process can plant such a page, so nothing of it
 * is believed here beyond its form; locate.c compares it with the kernel.
 */
#include <string.h>

#include "vmcoreinfo.h"

enum value_kind {
	VALUE_HEX,     /* as %lx prints it */
	VALUE_DECIMAL, /* as %ld prints it */
	VALUE_RELEASE,
	VALUE_BUILD_ID,
};

static const struct key {
	const char *name;
	enum value_kind kind;
	size_t offset;
} keys[] = {
#define KEY(name, kind, member) \
	{name, kind, offsetof(struct fathom_vmcoreinfo, member)}
	KEY("OSRELEASE", VALUE_RELEASE, release),
	KEY("BUILD-ID", VALUE_BUILD_ID, build_id),
	KEY("KERNELOFFSET", VALUE_HEX, kernel_offset),
	KEY("SYMBOL(_stext)", VALUE_HEX, stext),
	KEY("SYMBOL(swapper_pg_dir)", VALUE_HEX, swapper_pg_dir),
	KEY("NUMBER(phys_base)", VALUE_DECIMAL, phys_base),
	KEY("NUMBER(pgtable_l5_enabled)", VALUE_DECIMAL, pgtable_l5_enabled),
	KEY("SYMBOL(kallsyms_names)", VALUE_HEX, kallsyms_names),
	KEY("SYMBOL(kallsyms_num_syms)", VALUE_HEX, kallsyms_num_syms),
	KEY("SYMBOL(kallsyms_token_table)", VALUE_HEX, kallsyms_token_table),
	KEY("SYMBOL(kallsyms_token_index)", VALUE_HEX, kallsyms_token_index),
	KEY("SYMBOL(kallsyms_offsets)", VALUE_HEX, kallsyms_offsets),
	KEY("SYMBOL(kallsyms_relative_base)", VALUE_HEX,
	    kallsyms_relative_base),
#undef KEY
};
#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 99;
}

static bool parse_unsigned(const char *text, size_t length, unsigned int base,
			   uint64_t *ret)
{
	uint64_t value = 0;
	unsigned int digit;

	if (!length)
		return false;
	for (size_t i = 0; i < length; i++) {
		digit = digit_value(text[i]);
		if (digit >= base ||
		    __builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return false;
	}
	*ret = value;
	return true;
}

static bool parse_signed(const char *text, size_t length, int64_t *ret)
{
	bool negative = length && *text == '-';
	uint64_t value;

	if (!parse_unsigned(text + negative, length - negative, 10, &value) ||
	    value > INT64_MAX)
		return false;
	*ret = negative ? -(int64_t)value : (int64_t)value;
	return true;
}

static bool parse_release(const char *text, size_t length, char *ret)
{
	if (!length || length > 64)
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] <= 0x20 || text[i] >= 0x7f)
			return false;
	memcpy(ret, text, length);
	ret[length] = '\0';
	return true;
}

static bool parse_build_id(const char *text, size_t length, char *ret)
{
	if (!length || length > 40 || length % 2)
		return false;
	for (size_t i = 0; i < length; i++)
		if (digit_value(text[i]) >= 16)
			return false;
	memcpy(ret, text, length);
	ret[length] = '\0';
	return true;
}

static bool parse_value(const struct key *key, const char *text, size_t length,
			struct fathom_vmcoreinfo *info)
{
	void *member = (char *)info + key->offset;

	switch (key->kind) {
	case VALUE_HEX:
		return parse_unsigned(text, length, 16, member);
	case VALUE_DECIMAL:
		return parse_signed(text, length, member);
	case VALUE_RELEASE:
		return parse_release(text, length, member);
	case VALUE_BUILD_ID:
		return parse_build_id(text, length, member);
	}
	return false;
}

static const struct key *find_key(const char *name, size_t length)
{
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (strlen(keys[i].name) == length &&
		    !memcmp(keys[i].name, name, length))
			return &keys[i];
	return NULL;
}

static struct fathom_error *parse_line(const char *line, size_t length,
				       struct fathom_vmcoreinfo *info,
				       unsigned int *seen)
{
	const char *equals = memchr(line, '=', length);
	const struct key *key;
	unsigned int bit;

	if (!equals)
		return NULL;
	key = find_key(line, equals - line);
	if (!key)
		return NULL;
	bit = 1u << (key - keys);
	if (*seen & bit)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "VMCOREINFO has two lines %s",
					   key->name);
	*seen |= bit;
	if (!parse_value(key, equals + 1, line + length - equals - 1, info))
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "VMCOREINFO has a bad line %s",
					   key->name);
	return NULL;
}

struct fathom_error *fathom_vmcoreinfo_parse(const char *text, size_t size,
					     struct fathom_vmcoreinfo *ret)
{
	size_t left = strnlen(text, size), length;
	struct fathom_error *error;
	unsigned int seen = 0;
	const char *end;

	*ret = (struct fathom_vmcoreinfo){};
	if (left < strlen(FATHOM_VMCOREINFO_MAGIC) ||
	    memcmp(text, FATHOM_VMCOREINFO_MAGIC,
		   strlen(FATHOM_VMCOREINFO_MAGIC)))
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "VMCOREINFO does not start with %s",
					   FATHOM_VMCOREINFO_MAGIC);
	while (left) {
		end = memchr(text, '\n', left);
		length = end ? (size_t)(end - text) : left;
		error = parse_line(text, length, ret, &seen);
		if (error)
			return error;
		text += length + !!end;
		left -= length + !!end;
	}
	if (!ret->stext || !ret->swapper_pg_dir)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT, "VMCOREINFO lacks %s",
			ret->stext ? "swapper_pg_dir" : "_stext");
	return NULL;
}
