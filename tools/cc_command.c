/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See cc_command.h.
 *
 * clang's own reading of its command line is not to be repeated here: only
 * as much is understood as is needed to tell files from the values of options
 * and compiling from linking. Everything goes on to clang in its order.
 */
#include "cc_command.h"

#include <stdlib.h>
#include <string.h>

#include <fathom/error.h>

#include "memory.h"
#include "response_file.h"

/* Response files may name others; more levels than this are a loop. */
#define RESPONSE_DEPTH 8

/* Options whose value is the next argument (clang 19, Options.td). */
static const char *const options_with_value[] = {
	"-o",
	"-D",
	"-U",
	"-I",
	"-L",
	"-l",
	"-F",
	"-B",
	"-T",
	"-e",
	"-u",
	"-z",
	"-A",
	"-G",
	"-x",
	"-include",
	"-include-pch",
	"-imacros",
	"-isystem",
	"-isystem-after",
	"-isysroot",
	"-iquote",
	"-idirafter",
	"-iprefix",
	"-iwithprefix",
	"-iwithprefixbefore",
	"-iwithsysroot",
	"-iframework",
	"-ivfsoverlay",
	"-MF",
	"-MT",
	"-MQ",
	"-MJ",
	"-Xclang",
	"-Xlinker",
	"-Xassembler",
	"-Xpreprocessor",
	"-Xanalyzer",
	"-mllvm",
	"-mthread-model",
	"-target",
	"--target",
	"-arch",
	"-resource-dir",
	"-rpath",
	"-working-directory",
	"-serialize-diagnostics",
	"--serialize-diagnostics",
	"-dependency-file",
	"-framework",
	"-framework-header",
	"-aux-info",
	"-gcc-toolchain",
	"--config",
	"--language",
	"--output",
	"--param",
	"--sysroot",
	"--include",
	"--include-directory",
	"--define-macro",
	"--undefine-macro",
	"--library-directory",
	"--for-linker",
	"--linker-option",
};

/* What is done with the files, and how far. */
static const char *const options_preprocess_only[] = {
	"-E",  "--preprocess",	      "-M", "--dependencies",
	"-MM", "--user-dependencies",
};
static const char *const options_check_only[] = {
	"-fsyntax-only",
	"--analyze",
};
static const char *const options_compile_only[] = {
	"-c", "--compile", "-S", "--assemble", "-emit-llvm", "-emit-ast",
};

enum language {
	LANGUAGE_C,	   /* compiled with the kernel's headers */
	LANGUAGE_ASSEMBLY, /* run through the preprocessor first */
	LANGUAGE_FOREIGN,  /* a language kernel headers are not written in */
	LANGUAGE_NONE,	   /* for the assembler or the linker */
};

static const struct {
	const char *text;
	enum language language;
} suffixes[] = {
	{"c", LANGUAGE_C},	   {"i", LANGUAGE_C},
	{"h", LANGUAGE_C},	   {"ll", LANGUAGE_C},
	{"bc", LANGUAGE_C},	   {"S", LANGUAGE_ASSEMBLY},
	{"sx", LANGUAGE_ASSEMBLY}, {"cc", LANGUAGE_FOREIGN},
	{"cpp", LANGUAGE_FOREIGN}, {"cxx", LANGUAGE_FOREIGN},
	{"c++", LANGUAGE_FOREIGN}, {"C", LANGUAGE_FOREIGN},
	{"cp", LANGUAGE_FOREIGN},  {"hpp", LANGUAGE_FOREIGN},
	{"hh", LANGUAGE_FOREIGN},  {"ii", LANGUAGE_FOREIGN},
	{"m", LANGUAGE_FOREIGN},   {"mm", LANGUAGE_FOREIGN},
};

static const struct {
	const char *text;
	enum language language;
} names_of_languages[] = {
	{"c", LANGUAGE_C},
	{"c-header", LANGUAGE_C},
	{"cpp-output", LANGUAGE_C},
	{"ir", LANGUAGE_C},
	{"assembler", LANGUAGE_NONE},
	{"assembler-with-cpp", LANGUAGE_ASSEMBLY},
};

struct parser {
	struct cc_command *command;
	enum language forced; /* by -x */
	bool is_forced;
	bool only_files; /* after "--" */
	bool stops_early;
	bool only_checks;
	bool only_preprocesses;
	bool relocatable;
	bool shared;
	const char *assembly; /* the first file of this kind */
};

#define CONTAINS(list, text) \
	contains(list, sizeof(list) / sizeof((list)[0]), text)

static bool contains(const char *const *list, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i], text))
			return true;
	return false;
}

static struct fathom_error *set_language(struct parser *parser,
					 const char *name)
{
	size_t count =
		sizeof(names_of_languages) / sizeof(names_of_languages[0]);

	parser->is_forced = strcmp(name, "none") != 0;
	if (!parser->is_forced)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names_of_languages[i].text, name) != 0)
			continue;
		parser->forced = names_of_languages[i].language;
		return NULL;
	}
	return fathom_error_create(
		FATHOM_ERROR_UNSUPPORTED,
		"-x %s: fathom-cc compiles C (the language of the kernel's headers) only",
		name);
}

static enum language language_of(const struct parser *parser, const char *file)
{
	const char *dot = strrchr(file, '.');

	if (parser->is_forced)
		return parser->forced;
	/* Standard input; clang asks for -x or -E by itself. */
	if (!strcmp(file, "-"))
		return LANGUAGE_C;
	if (!dot || strchr(dot, '/'))
		return LANGUAGE_NONE;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (!strcmp(suffixes[i].text, dot + 1))
			return suffixes[i].language;
	return LANGUAGE_NONE;
}

static struct fathom_error *add_file(struct parser *parser, const char *file)
{
	struct cc_command *command = parser->command;

	command->has_inputs = true;
	argument_list_add(&command->arguments, file);
	switch (language_of(parser, file)) {
	case LANGUAGE_C:
		command->compiles = true;
		break;
	case LANGUAGE_ASSEMBLY:
		parser->assembly = file;
		break;
	case LANGUAGE_FOREIGN:
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"%s: fathom-cc compiles C (the language of the kernel's headers) only; compile this file with clang++ or g++ and link its object",
			file);
	case LANGUAGE_NONE:
		break;
	}
	return NULL;
}

static bool take_kernel_functions(struct cc_command *command,
				  const char *argument)
{
	static const char name[] = "--kernel-functions";
	size_t length = sizeof(name) - 1;

	if (strncmp(argument, name, length) != 0 ||
	    (argument[length] && argument[length] != '='))
		return false;
	command->kernel_functions = true;
	free(command->kernel_source);
	command->kernel_source = NULL;
	if (argument[length] && argument[length + 1])
		command->kernel_source = xformat("%s", argument + length + 1);
	return true;
}

/* One of our own options? Then it is taken, with its value. */
static bool take_own(struct parser *parser, char **argv, int *index,
		     struct fathom_error **error)
{
	static const char name[] = "--kernel-headers";
	struct cc_command *command = parser->command;
	const char *argument = argv[*index];
	const char *value;

	if (!strcmp(argument, "--help")) {
		command->help = true;
		return true;
	}
	if (!strcmp(argument, "--version")) {
		command->version = true;
		return true;
	}
	if (!strcmp(argument, "--private-writes")) {
		command->private_writes = true;
		return true;
	}
	if (take_kernel_functions(command, argument))
		return true;
	if (strncmp(argument, name, sizeof(name) - 1) != 0)
		return false;
	argument += sizeof(name) - 1;
	if (argument[0] && argument[0] != '=')
		return false;
	value = argument[0] ? argument + 1 : argv[*index + 1];
	if (!argument[0] && value)
		(*index)++;
	if (!value || !value[0]) {
		*error = fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"--kernel-headers needs a kernel release, a folder, or none");
		return true;
	}
	free(command->kernel_headers);
	command->kernel_headers = xformat("%s", value);
	return true;
}

static void note_option(struct parser *parser, const char *option)
{
	if (!strcmp(option, "-v") || !strcmp(option, "--verbose") ||
	    !strcmp(option, "-###"))
		parser->command->verbose = true;
	else if (CONTAINS(options_preprocess_only, option))
		parser->only_preprocesses = true;
	else if (CONTAINS(options_check_only, option))
		parser->only_checks = true;
	else if (CONTAINS(options_compile_only, option))
		parser->stops_early = true;
	else if (!strcmp(option, "-r"))
		parser->relocatable = true;
	else if (!strcmp(option, "-shared") || !strcmp(option, "--shared"))
		parser->shared = true;
}

static struct fathom_error *parse_option(struct parser *parser, char **argv,
					 int *index)
{
	struct argument_list *arguments = &parser->command->arguments;
	const char *option = argv[*index];
	struct fathom_error *error = NULL;
	const char *value;

	if (take_own(parser, argv, index, &error))
		return error;
	if (!strcmp(option, "--"))
		parser->only_files = true;
	if (!strcmp(option, "-static") || !strcmp(option, "--static"))
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"-static: a program needs the shared libfathom, whose dump and JSON readers exist as shared libraries only");
	note_option(parser, option);
	argument_list_add(arguments, option);

	/* A library is an input, though it is written as an option. */
	if (!strncmp(option, "-l", 2))
		parser->command->has_inputs = true;
	if (!strncmp(option, "-x", 2) && option[2])
		return set_language(parser, option + 2);
	if (!strncmp(option, "--language=", 11))
		return set_language(parser, option + 11);
	if (!CONTAINS(options_with_value, option) || !argv[*index + 1])
		return NULL;

	value = argv[++*index];
	argument_list_add(arguments, value);
	if (!strcmp(option, "-x") || !strcmp(option, "--language"))
		return set_language(parser, value);
	return NULL;
}

static struct fathom_error *parse_arguments(struct parser *parser, char **argv,
					    int depth)
{
	struct fathom_error *error = NULL;

	for (int i = 0; argv[i] && !error; i++) {
		struct argument_list nested = {};

		if (parser->only_files || argv[i][0] != '-' || !argv[i][1]) {
			if (argv[i][0] == '@' && depth < RESPONSE_DEPTH &&
			    response_file_read(argv[i] + 1, &nested))
				error = parse_arguments(parser, nested.items,
							depth + 1);
			else
				error = add_file(parser, argv[i]);
		} else {
			error = parse_option(parser, argv, &i);
		}
		argument_list_deinit(&nested);
	}
	return error;
}

struct fathom_error *cc_command_parse(int argc, char **argv,
				      struct cc_command *ret)
{
	struct parser parser = {.command = ret};
	struct fathom_error *error;

	memset(ret, 0, sizeof(*ret));
	error = argc > 1 ? parse_arguments(&parser, argv + 1, 0) : NULL;
	if (error)
		return error;
	if (parser.assembly && ret->compiles)
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"%s: assemble this file by a command of its own (fathom-cc -c); the flags for C do not fit it",
			parser.assembly);
	ret->code = ret->compiles && !parser.only_preprocesses &&
		    !parser.only_checks;
	ret->links = ret->has_inputs && !parser.only_preprocesses &&
		     !parser.only_checks && !parser.stops_early &&
		     !parser.relocatable;
	if (ret->kernel_functions && ret->links && parser.shared)
		return fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"--kernel-functions: the kernel's functions can be linked to a program, not to a shared library");
	return NULL;
}

void cc_command_deinit(struct cc_command *command)
{
	argument_list_deinit(&command->arguments);
	free(command->kernel_headers);
	command->kernel_headers = NULL;
	free(command->kernel_source);
	command->kernel_source = NULL;
}
