/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include <fathom/target.h>

#include "access.h"
#include "format_arguments.h"
#include "raise.h"
#include "remote_string.h"
#include "symbol_name.h"

/* va_list of the System V ABI for x86-64, 3.5.7. */
struct argument_cursor {
	unsigned int gp_offset;
	unsigned int fp_offset;
	void *overflow_arg_area;
	void *reg_save_area;
};
/* Values of the offsets when all register arguments are used up. */
#define GP_END (6 * 8)
#define FP_END (GP_END + 8 * 16)

_Static_assert(sizeof(struct argument_cursor) == sizeof(va_list),
	       "va_list is not that of the System V ABI for x86-64");

enum length {
	LENGTH_INT,  /* and hh, h: promoted */
	LENGTH_LONG, /* and ll, j, z, t: all 64 bits */
	LENGTH_LONG_DOUBLE,
};

/* One conversion specification. */
struct conversion {
	int precision; /* < 0: none */
	enum length length;
	char type;
};

/* A parse that takes the arguments out as it goes. */
struct parser {
	const char *at;
	struct fathom_arguments *arguments;
	const struct fathom_site *site;
	va_list args;
};

_Noreturn static void refuse(const struct parser *parser, const char *what)
{
	const struct fathom_site *site = parser->site;

	if (site && site->file)
		fathom_die(FATHOM_EXIT_USAGE, "%s:%u: printf: %s", site->file,
			   site->line, what);
	fathom_die(FATHOM_EXIT_USAGE, "printf: %s", what);
}

static void add_slot(struct parser *parser, uint64_t value)
{
	struct fathom_arguments *arguments = parser->arguments;

	if (arguments->count == FATHOM_MAX_ARGUMENT_SLOTS)
		refuse(parser, "too many arguments");
	arguments->slots[arguments->count++] = value;
}

static void add_long_double(struct parser *parser, long double value)
{
	uint64_t halves[2] = {0};

	memcpy(halves, &value, sizeof(value));
	if (parser->arguments->count % 2)
		add_slot(parser, 0);
	add_slot(parser, halves[0]);
	add_slot(parser, halves[1]);
}

static void add_double(struct parser *parser, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	add_slot(parser, bits);
}

/* A readable stand-in for a string of which @precision bytes are wanted. */
static const char *local_string(const char *string, int precision,
				const struct fathom_site *site)
{
	size_t length;

	if (!string || fathom_is_local(string))
		return string;
	if (precision < 0)
		return fathom_string(string, site);
	length = fathom_string_length(string, precision, site);
	if (!length)
		return "";
	if (length < (size_t)precision)
		length++;
	return fathom_access(string, length, site);
}

static void add_string(struct parser *parser,
		       const struct conversion *conversion)
{
	const char *string = va_arg(parser->args, const char *);

	if (conversion->length != LENGTH_INT || conversion->type == 'S') {
		/* Wide characters: the kernel has none. */
		if (string)
			fathom_writable((void *)string, 0, parser->site);
	} else {
		string = local_string(string, conversion->precision,
				      parser->site);
	}
	add_slot(parser, (uintptr_t)string);
}

static bool skip_digits(struct parser *parser, int *ret)
{
	long value = 0;

	*ret = 0;
	if (*parser->at < '0' || *parser->at > '9')
		return false;
	for (; *parser->at >= '0' && *parser->at <= '9'; parser->at++)
		if (value <= INT_MAX)
			value = value * 10 + (*parser->at - '0');
	*ret = value > INT_MAX ? INT_MAX : (int)value;
	return true;
}

/* A number or an asterisk, for which an int is taken. */
static int parse_number(struct parser *parser)
{
	int ret;

	if (*parser->at == '*') {
		parser->at++;
		if (*parser->at >= '0' && *parser->at <= '9')
			refuse(parser,
			       "positional arguments are not supported");
		ret = va_arg(parser->args, int);
		add_slot(parser, (unsigned int)ret);
		return ret;
	}
	skip_digits(parser, &ret);
	return ret;
}

static enum length parse_length(struct parser *parser)
{
	enum length ret = LENGTH_INT;

	for (;; parser->at++) {
		switch (*parser->at) {
		case 'h':
			break;
		case 'l':
		case 'q':
		case 'j':
		case 'z':
		case 'Z':
		case 't':
			ret = LENGTH_LONG;
			break;
		case 'L':
			ret = LENGTH_LONG_DOUBLE;
			break;
		default:
			return ret;
		}
	}
}

/* From after the percent sign to the conversion's letter, or to the end. */
static struct conversion parse_conversion(struct parser *parser)
{
	struct conversion ret = {.precision = -1};

	parser->at += strspn(parser->at, "-+ #0'I");
	parse_number(parser);
	if (*parser->at == '$')
		refuse(parser, "positional arguments are not supported");
	if (*parser->at == '.') {
		parser->at++;
		ret.precision = parse_number(parser);
	}
	ret.length = parse_length(parser);
	ret.type = *parser->at;
	return ret;
}

static void take_argument(struct parser *parser,
			  const struct conversion *conversion)
{
	switch (conversion->type) {
	case 'd':
	case 'i':
	case 'o':
	case 'u':
	case 'x':
	case 'X':
	case 'b':
	case 'B':
	case 'c':
	case 'C':
		if (conversion->length == LENGTH_INT)
			add_slot(parser, va_arg(parser->args, unsigned int));
		else
			add_slot(parser, va_arg(parser->args, unsigned long));
		break;
	case 'a':
	case 'A':
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		if (conversion->length == LENGTH_LONG_DOUBLE)
			add_long_double(parser,
					va_arg(parser->args, long double));
		else
			add_double(parser, va_arg(parser->args, double));
		break;
	case 's':
	case 'S':
		add_string(parser, conversion);
		break;
	case 'p':
		add_slot(parser,
			 (uintptr_t)fathom_untag(va_arg(parser->args, void *)));
		break;
	case 'n':
		add_slot(parser, (uintptr_t)fathom_writable(
					 va_arg(parser->args, void *), 0,
					 parser->site));
		break;
	}
}

/* No register arguments: all of them are in memory, in the slots. */
static void start_list(struct fathom_arguments *arguments)
{
	const struct argument_cursor cursor = {
		.gp_offset = GP_END,
		.fp_offset = FP_END,
		.overflow_arg_area = arguments->slots,
	};

	memcpy(&arguments->list, &cursor, sizeof(cursor));
	arguments->count = 0;
}

const char *fathom_arguments_collect(struct fathom_arguments *ret,
				     const char *format, va_list args,
				     const struct fathom_site *site)
{
	struct parser parser = {.arguments = ret, .site = site};

	format = fathom_string(format, site);
	parser.at = format;
	start_list(ret);
	va_copy(parser.args, args);
	while ((parser.at = strchr(parser.at, '%'))) {
		struct conversion conversion;

		parser.at++;
		conversion = parse_conversion(&parser);
		take_argument(&parser, &conversion);
		if (*parser.at)
			parser.at++;
	}
	va_end(parser.args);
	return format;
}

/* A format being rewritten; what does not fit is dropped. */
struct writer {
	char *at, *end; /* end: room for the terminator */
};

static void copy(struct writer *writer, const char *from, const char *to)
{
	size_t room = writer->end - writer->at;
	size_t length = to - from;

	if (length > room)
		length = room;
	memcpy(writer->at, from, length);
	writer->at += length;
}

/*
 * "%p" and the letters that make up the rest of the conversion: a symbol for
 * those that ask for one, the address for all others.
 */
static void take_kernel_pointer(struct parser *parser, struct writer *writer)
{
	const char *letters = parser->at + 1;
	void *pointer = va_arg(parser->args, void *);
	const char *name = NULL;

	if (*letters == 's' || *letters == 'S' || *letters == 'B')
		name = __fathom_symbol_name((uintptr_t)fathom_untag(pointer));
	while (isalnum((unsigned char)parser->at[1]))
		parser->at++;
	copy(writer, name ? "s" : "p", (name ? "s" : "p") + 1);
	add_slot(parser,
		 name ? (uintptr_t)name : (uintptr_t)fathom_untag(pointer));
}

void fathom_arguments_collect_kernel(struct fathom_arguments *ret, char *buffer,
				     size_t size, const char *format,
				     va_list args)
{
	struct parser parser = {.arguments = ret};
	struct writer writer = {buffer, buffer + size - 1};
	const char *start;

	parser.at = start = fathom_string(format, NULL);
	start_list(ret);
	va_copy(parser.args, args);
	while ((parser.at = strchr(parser.at, '%'))) {
		struct conversion conversion;

		parser.at++;
		conversion = parse_conversion(&parser);
		if (!*parser.at || writer.end - writer.at <= parser.at - start)
			break;
		if (conversion.type == 'p') {
			copy(&writer, start, parser.at);
			take_kernel_pointer(&parser, &writer);
		} else {
			copy(&writer, start, parser.at + 1);
			take_argument(&parser, &conversion);
		}
		start = ++parser.at;
	}
	if (!parser.at)
		copy(&writer, start, start + strlen(start));
	*writer.at = '\0';
	va_end(parser.args);
}

fathom_va_list fathom_arguments_list(struct fathom_arguments *arguments)
{
	return arguments->list;
}
