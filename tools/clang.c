/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See clang.h.
 */
#include "clang.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fathom/error.h>

#include "capture.h"
#include "memory.h"

const char *clang_wanted_major(void)
{
	return FATHOM_LLVM_MAJOR;
}

struct fathom_error *clang_version(const char *clang, char **ret)
{
	char *arguments[] = {(char *)clang, "-dumpversion", NULL};
	struct captured captured;
	struct fathom_error *error;

	error = capture(arguments, NULL, &captured);
	if (error)
		return error;
	captured.output[strcspn(captured.output, "\n")] = '\0';
	if (captured.status)
		error = fathom_error_create(FATHOM_ERROR_OS,
					    "%s -dumpversion failed: %s", clang,
					    captured.output);
	else
		*ret = xformat("%s", captured.output);
	captured_deinit(&captured);
	return error;
}

static bool has_wanted_major(const char *version)
{
	size_t length = strlen(FATHOM_LLVM_MAJOR);

	return !strncmp(version, FATHOM_LLVM_MAJOR, length) &&
	       (version[length] == '.' || !version[length]);
}

/* Whether @p name can be executed, by PATH if it has no slash. */
static bool is_program(const char *name)
{
	const char *path = getenv("PATH");
	bool found = false;

	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	while (path && !found) {
		size_t length = strcspn(path, ":");
		char *file = xformat("%.*s/%s", (int)length, path, name);

		found = access(file, X_OK) == 0;
		free(file);
		path = path[length] ? path + length + 1 : NULL;
	}
	return found;
}

static struct fathom_error *check_chosen(const char *clang)
{
	struct fathom_error *error;
	char *version;

	error = clang_version(clang, &version);
	if (error)
		return fathom_error_prefix(error, "FATHOM_CLANG");
	if (!has_wanted_major(version))
		error = fathom_error_create(
			FATHOM_ERROR_MISMATCH,
			"FATHOM_CLANG: %s is version %s, but the plugin was "
			"built for LLVM " FATHOM_LLVM_MAJOR,
			clang, version);
	free(version);
	return error;
}

static bool plain_clang_fits(void)
{
	struct fathom_error *error;
	char *version;
	bool fits;

	if (!is_program("clang"))
		return false;
	error = clang_version("clang", &version);
	if (error) {
		fathom_error_destroy(error);
		return false;
	}
	fits = has_wanted_major(version);
	free(version);
	return fits;
}

struct fathom_error *clang_find(char **ret)
{
	/* A versioned name needs no check, which would cost 20 ms a file. */
	static const char *const names[] = {
		"clang-" FATHOM_LLVM_MAJOR,
		FATHOM_LLVM_BINARY_DIR "/clang",
	};
	const char *chosen = getenv("FATHOM_CLANG");

	if (chosen && chosen[0]) {
		struct fathom_error *error = check_chosen(chosen);

		if (!error)
			*ret = xformat("%s", chosen);
		return error;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (is_program(names[i])) {
			*ret = xformat("%s", names[i]);
			return NULL;
		}
	}
	if (plain_clang_fits()) {
		*ret = xformat("clang");
		return NULL;
	}
	return fathom_error_create(
		FATHOM_ERROR_OS,
		"clang " FATHOM_LLVM_MAJOR " is missing: apt-get install "
		"clang-" FATHOM_LLVM_MAJOR ", or set FATHOM_CLANG");
}
