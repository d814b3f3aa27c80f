/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The human monitor's output: see monitor.h. */
#include "monitor.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emulator.h"

/* A line of the text that is being gone through. */
struct line {
	const char *start;
	size_t length;
};

static bool next_line(const char **text, struct line *line)
{
	const char *end;

	if (!**text)
		return false;
	end = strchrnul(*text, '\n');
	line->start = *text;
	line->length = (size_t)(end - *text);
	if (line->length && line->start[line->length - 1] == '\r')
		line->length--;
	*text = *end ? end + 1 : end;
	return true;
}

static bool starts_with(const struct line *line, const char *prefix)
{
	size_t length = strlen(prefix);

	return line->length >= length && !memcmp(line->start, prefix, length);
}

static bool skip(struct line *line, const char *prefix)
{
	if (!starts_with(line, prefix))
		return false;
	line->start += strlen(prefix);
	line->length -= strlen(prefix);
	return true;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 1 to 16 hexadecimal digits. */
static bool take_hex(struct line *line, uint64_t *value)
{
	size_t digits = 0;

	*value = 0;
	while (digits < line->length && digits < 16 &&
	       digit_value(line->start[digits]) >= 0) {
		*value = *value << 4 |
			 (uint64_t)digit_value(line->start[digits]);
		digits++;
	}
	line->start += digits;
	line->length -= digits;
	return digits > 0;
}

/* "/objects/ID" in older machine types, "ID" in newer ones. */
static bool is_backend(const struct line *name, const char *id)
{
	struct line rest = *name;

	skip(&rest, "/objects/");
	return rest.length == strlen(id) && starts_with(&rest, id);
}

static const struct ram_backend *
find_backend(const struct line *name, const struct ram_backend *backends,
	     size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (is_backend(name, backends[i].id))
			return &backends[i];
	}
	return NULL;
}

/* What a line "  START-LAST (prio N, TYPE): NAME @OFFSET" says. */
struct mtree_entry {
	uint64_t start;
	uint64_t last;
	uint64_t offset;
	struct line name;
};

static bool parse_entry(struct line line, struct mtree_entry *entry)
{
	const char *sign;
	const char *end;

	if (!skip(&line, "  ") || !take_hex(&line, &entry->start) ||
	    !skip(&line, "-") || !take_hex(&line, &entry->last) ||
	    !skip(&line, " (prio "))
		return false;
	end = memmem(line.start, line.length, "): ", 3);
	if (!end)
		return false;
	line.length -= (size_t)(end + 3 - line.start);
	line.start = end + 3;
	entry->name = line;
	entry->offset = 0;
	sign = memmem(line.start, line.length, " @", 2);
	if (!sign)
		return true;
	entry->name.length = (size_t)(sign - line.start);
	line.length -= (size_t)(sign + 2 - line.start);
	line.start = sign + 2;
	return take_hex(&line, &entry->offset);
}

static struct fathom_error *add_entry(const struct mtree_entry *entry,
				      const struct ram_backend *backend,
				      struct segments *segments)
{
	struct segment segment = {
		.start = entry->start,
		.offset = entry->offset,
		.fd = backend->fd,
	};

	if (entry->last < entry->start ||
	    entry->last - entry->start >= backend->size ||
	    entry->offset > backend->size - (entry->last - entry->start) - 1)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"QEMU's memory map has 0x%" PRIx64 "-0x%" PRIx64
			" at offset 0x%" PRIx64
			" of memory backend %s, which has 0x%" PRIx64 " bytes",
			entry->start, entry->last, entry->offset, backend->id,
			backend->size);
	segment.size = entry->last - entry->start + 1;
	return segments_add(segments, &segment);
}

struct fathom_error *monitor_memory_map(const char *text,
					const struct ram_backend *backends,
					size_t count, struct segments *segments)
{
	bool in_memory = false;
	struct fathom_error *error;
	struct mtree_entry entry;
	struct line line;

	while (next_line(&text, &line)) {
		const struct ram_backend *backend;

		if (starts_with(&line, "FlatView"))
			in_memory = false;
		else if (starts_with(&line, " AS \"memory\","))
			in_memory = true;
		if (!in_memory || !parse_entry(line, &entry))
			continue;
		backend = find_backend(&entry.name, backends, count);
		if (!backend)
			continue;
		error = add_entry(&entry, backend, segments);
		if (error)
			return error;
	}
	if (!segments->count)
		return fathom_error_create(
			FATHOM_ERROR_PROTOCOL,
			"QEMU's memory map shows no guest memory in a file");
	return NULL;
}

/* Names as target/i386/cpu-dump.c prints them, at the start of a line. */
struct register_name {
	const char *name;
	size_t offset;
	bool segment; /* "GS =0000 BASE LIMIT FLAGS" */
};

static const struct register_name registers[] = {
	{"RIP=", offsetof(struct fathom_wire_cpu, rip), false},
	{"EIP=", offsetof(struct fathom_wire_cpu, rip), false},
	{"GS =", offsetof(struct fathom_wire_cpu, gs_base), true},
	{"GDT=", offsetof(struct fathom_wire_cpu, gdt_base), false},
	{"IDT=", offsetof(struct fathom_wire_cpu, idt_base), false},
	{"CR0=", offsetof(struct fathom_wire_cpu, cr0), false},
	{"CR3=", offsetof(struct fathom_wire_cpu, cr3), false},
	{"CR4=", offsetof(struct fathom_wire_cpu, cr4), false},
	{"EFER=", offsetof(struct fathom_wire_cpu, efer), false},
};

#define REGISTER_COUNT (sizeof(registers) / sizeof(registers[0]))

struct cpu_parser {
	struct fathom_wire_cpu *cpus;
	uint32_t count;
	unsigned int seen; /* bits by index of registers[] */
	bool in_smm;
};

static void skip_spaces(struct line *line)
{
	while (line->length && *line->start == ' ') {
		line->start++;
		line->length--;
	}
}

/* A register that has not been seen; index 0 is the other name of 1. */
static const struct register_name *find_lacking(unsigned int seen)
{
	size_t i;

	for (i = 1; i < REGISTER_COUNT; i++) {
		if (!(seen & (1u << i)))
			return &registers[i];
	}
	return NULL;
}

static struct fathom_error *finish_cpu(const struct cpu_parser *parser)
{
	const struct register_name *lacking;

	if (!parser->count)
		return NULL;
	lacking = find_lacking(parser->seen);
	if (!lacking)
		return NULL;
	return fathom_error_create(
		FATHOM_ERROR_PROTOCOL,
		"QEMU's register dump of CPU %" PRIu32 " lacks %.*s",
		parser->count - 1, (int)strcspn(lacking->name, " ="),
		lacking->name);
}

static struct fathom_error *begin_cpu(struct cpu_parser *parser)
{
	struct fathom_error *error = finish_cpu(parser);
	struct fathom_wire_cpu *cpus;

	if (error)
		return error;
	if (parser->count == EMULATOR_MAX_CPUS)
		return fathom_error_create(FATHOM_ERROR_LIMIT,
					   "more than %u CPUs",
					   EMULATOR_MAX_CPUS);
	cpus = reallocarray(parser->cpus, parser->count + 1, sizeof(*cpus));
	if (!cpus)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	parser->cpus = cpus;
	cpus[parser->count] = (struct fathom_wire_cpu){
		.index = parser->count,
	};
	parser->count++;
	parser->seen = 0;
	return NULL;
}

/* EIP is the other name of RIP. */
static size_t canonical_register(size_t index)
{
	return index == 0 ? 1 : index;
}

static void take_register(struct cpu_parser *parser, struct line *rest,
			  size_t index)
{
	struct fathom_wire_cpu *cpu = &parser->cpus[parser->count - 1];
	uint64_t value;

	if (registers[index].segment) {
		if (!take_hex(rest, &value))
			return;
	}
	skip_spaces(rest);
	if (!take_hex(rest, &value))
		return;
	memcpy((char *)cpu + registers[index].offset, &value, sizeof(value));
	parser->seen |= 1u << canonical_register(index);
}

static void take_flags(struct cpu_parser *parser, const struct line *line)
{
	struct fathom_wire_cpu *cpu = &parser->cpus[parser->count - 1];

	if (memmem(line->start, line->length, " CPL=3", 6))
		cpu->flags |= FATHOM_CPU_USER_MODE;
	if (memmem(line->start, line->length, " SMM=1", 6))
		parser->in_smm = true;
}

/* Registers that stand in the middle of a line follow a space. */
static void take_line(struct cpu_parser *parser, const struct line *line)
{
	size_t position;
	size_t i;

	for (position = 0; position < line->length; position++) {
		struct line rest = {line->start + position,
				    line->length - position};

		if (position && line->start[position - 1] != ' ')
			continue;
		for (i = 0; i < REGISTER_COUNT; i++) {
			if (skip(&rest, registers[i].name)) {
				take_register(parser, &rest, i);
				break;
			}
		}
	}
	take_flags(parser, line);
}

static struct fathom_error *parse_cpus(struct cpu_parser *parser,
				       const char *text)
{
	struct fathom_error *error;
	struct line line;

	while (next_line(&text, &line)) {
		if (starts_with(&line, "CPU#")) {
			error = begin_cpu(parser);
			if (error)
				return error;
		} else if (parser->count) {
			take_line(parser, &line);
		}
	}
	if (!parser->count)
		return fathom_error_create(FATHOM_ERROR_PROTOCOL,
					   "QEMU's register dump shows no CPU");
	return finish_cpu(parser);
}

struct fathom_error *monitor_registers(const char *text,
				       struct fathom_wire_cpu **cpus,
				       uint32_t *count, bool *in_smm)
{
	struct cpu_parser parser = {0};
	struct fathom_error *error = parse_cpus(&parser, text);

	if (error) {
		free(parser.cpus);
		return error;
	}
	*cpus = parser.cpus;
	*count = parser.count;
	*in_smm = parser.in_smm;
	return NULL;
}
