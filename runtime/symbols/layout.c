/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Does the target lay out its structs as the headers of a program say?
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include <fathom/abi.h>

#include "../client.h"
#include "btf.h"
#include "paging.h"
#include "symbols.h"

/* Debian's 6.12 has 4.4 MiB. */
#define MAX_BTF (256ull << 20)
/* Mismatches that are named; more are counted. */
#define MAX_NAMED 5

/* Mismatches found so far, as text. */
struct report {
	char text[2048];
	size_t used;
	size_t count;
};

enum verdict {
	FITS,
	NO_TYPE,
	NO_MEMBER,
	DIFFERS,
};

static struct fathom_error *fetch_btf(struct fathom_client *client,
				      const struct fathom_symbols *symbols,
				      struct btf **ret)
{
	const struct fathom_symbols_info *info = fathom_symbols_info(symbols);
	const struct fathom_tables tables = {info->page_table_root,
					     info->paging_levels};
	struct fathom_symbol_info start, stop;
	struct fathom_error *error;
	uint64_t size;
	void *data;

	if (!fathom_symbols_find(symbols, "__start_BTF", &start) ||
	    !fathom_symbols_find(symbols, "__stop_BTF", &stop) ||
	    stop.address <= start.address)
		return fathom_error_create(
			FATHOM_ERROR_MISMATCH,
			"the target's kernel has no BTF to check the program's structures by: compile it with the headers of that kernel");
	size = stop.address - start.address;
	if (size > MAX_BTF)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "BTF has %llu bytes",
					   (unsigned long long)size);
	data = malloc(size);
	if (!data)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "no memory for BTF");
	error = fathom_client_read(client, fathom_tables_space(&tables),
				   start.address, data, size);
	if (error)
		error = fathom_error_prefix(error, "BTF");
	else
		error = fathom_btf_parse(data, size, ret);
	free(data);
	return error;
}

static bool same_place(const struct fathom_layout *layout,
		       const struct fathom_btf_place *place)
{
	return layout->bit_offset == place->bit_offset &&
	       layout->bit_size == place->bit_size;
}

/* Of several types with one name, any will do; else @p place is the first's. */
static enum verdict judge(const struct btf *btf,
			  const struct fathom_btf_name *name,
			  const struct fathom_layout *layout,
			  struct fathom_btf_place *place)
{
	enum verdict verdict = name->count ? NO_MEMBER : NO_TYPE;
	struct fathom_btf_place here;

	for (unsigned int i = 0; i < name->count; i++) {
		if (!fathom_btf_member(btf, name->types[i],
				       layout->member ? layout->member : "",
				       &here))
			continue;
		if (same_place(layout, &here))
			return FITS;
		if (verdict != DIFFERS)
			*place = here;
		verdict = DIFFERS;
	}
	return verdict;
}

static void say(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct report *report, const char *format, ...)
{
	size_t room = sizeof(report->text) - report->used;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length =
		vsnprintf(report->text + report->used, room, format, arguments);
	va_end(arguments);
	if (length > 0)
		report->used += (size_t)length < room ? (size_t)length
						      : room - 1;
}

/* "byte 1234", or "byte 1234 bit 5" */
static void say_offset(struct report *report, uint64_t bits)
{
	say(report, "byte %llu", (unsigned long long)(bits / 8));
	if (bits % 8)
		say(report, " bit %u", (unsigned int)(bits % 8));
}

static void say_size(struct report *report, uint64_t bits)
{
	if (bits % 8)
		say(report, "%llu bits", (unsigned long long)bits);
	else
		say(report, "%llu bytes", (unsigned long long)(bits / 8));
}

static void say_name(struct report *report, const struct fathom_layout *layout)
{
	say(report, "%s%s", report->count ? "; " : "", layout->type);
	if (layout->member && *layout->member)
		say(report, ".%s", layout->member);
}

static void add_mismatch(struct report *report, enum verdict verdict,
			 const struct fathom_layout *layout,
			 const struct fathom_btf_place *place)
{
	if (report->count >= MAX_NAMED) {
		report->count++;
		return;
	}
	say_name(report, layout);
	report->count++;
	if (verdict == NO_TYPE || verdict == NO_MEMBER) {
		say(report, ": the target has no such %s",
		    verdict == NO_TYPE ? "type" : "member");
		return;
	}
	if (layout->bit_offset != place->bit_offset) {
		say(report, " is at ");
		say_offset(report, layout->bit_offset);
		say(report, " in the headers, at ");
		say_offset(report, place->bit_offset);
		say(report, " in the target");
	}
	if (layout->bit_size != place->bit_size) {
		say(report, "%s has ",
		    layout->bit_offset != place->bit_offset ? " and" : "");
		say_size(report, layout->bit_size);
		say(report, " in the headers, ");
		say_size(report, place->bit_size);
		say(report, " in the target");
	}
}

static struct fathom_error *compare(const struct btf *btf,
				    const struct fathom_btf_name *names,
				    const struct fathom_layout *layouts,
				    size_t count)
{
	struct report report = {};
	struct fathom_btf_place place;
	enum verdict verdict;
	size_t name = 0;

	for (size_t i = 0; i < count; i++) {
		if (i && strcmp(layouts[i].type, layouts[i - 1].type))
			name++;
		verdict = judge(btf, &names[name], &layouts[i], &place);
		if (verdict != FITS)
			add_mismatch(&report, verdict, &layouts[i], &place);
	}
	if (!report.count)
		return NULL;
	if (report.count > MAX_NAMED)
		say(&report, "; and %zu more", report.count - MAX_NAMED);
	return fathom_error_create(FATHOM_ERROR_MISMATCH, "%s", report.text);
}

static int compare_layouts(const void *a, const void *b)
{
	const struct fathom_layout *left = a, *right = b;
	int order = strcmp(left->type, right->type);

	if (order)
		return order;
	return left->bit_offset < right->bit_offset   ? -1
	       : left->bit_offset > right->bit_offset ? 1
						      : 0;
}

/* @p layouts sorted, @p names with room for as many. */
static struct fathom_error *check_sorted(const struct btf *btf,
					 const struct fathom_layout *layouts,
					 size_t count,
					 struct fathom_btf_name *names)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++)
		if (!i || strcmp(layouts[i].type, layouts[i - 1].type))
			names[used++].name = layouts[i].type;
	fathom_btf_find(btf, names, used);
	return compare(btf, names, layouts, count);
}

static struct fathom_error *
check(const struct btf *btf, const struct fathom_layout *layouts, size_t count)
{
	struct fathom_layout *sorted = calloc(count, sizeof(*sorted));
	struct fathom_btf_name *names = calloc(count, sizeof(*names));
	struct fathom_error *error;

	if (sorted && names) {
		memcpy(sorted, layouts, count * sizeof(*sorted));
		qsort(sorted, count, sizeof(*sorted), compare_layouts);
		error = check_sorted(btf, sorted, count, names);
	} else {
		error = fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					    "no memory for %zu layouts", count);
	}
	free(names);
	free(sorted);
	return error;
}

struct fathom_error *fathom_layout_check(struct fathom_client *client,
					 const struct fathom_symbols *symbols,
					 const char *headers_release,
					 const struct fathom_layout *layouts,
					 size_t count)
{
	const struct fathom_symbols_info *info = fathom_symbols_info(symbols);
	const char *headers = headers_release ? headers_release : "no kernel";
	struct fathom_error *error;
	struct btf *btf;

	if (!count ||
	    (headers_release && !strcmp(headers_release, info->release)))
		return NULL;
	error = fetch_btf(client, symbols, &btf);
	if (!error) {
		error = check(btf, layouts, count);
		btf__free(btf);
	}
	if (error)
		return fathom_error_prefix(
			error,
			"compiled for %s, but the target runs %s (see fathom-cc --kernel-headers)",
			headers, info->release);
	return NULL;
}
