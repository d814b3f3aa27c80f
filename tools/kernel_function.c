/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See kernel_function.h.
 */
#include "kernel_function.h"

#include <ctype.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "headers.h"
#include "memory.h"

static bool is_identifier(char character)
{
	return isalnum((unsigned char)character) || character == '_';
}

/* "NAME(" as a whole word: a declaration, or at least a use, of a function. */
static bool declares(const char *text, size_t size, const char *name)
{
	size_t length = strlen(name);
	const char *end = text + size, *found = text;

	while ((found = memmem(found, end - found, name, length))) {
		const char *after = found + length;

		if (after < end && *after == '(' &&
		    (found == text || !is_identifier(found[-1])))
			return true;
		found = after;
	}
	return false;
}

static bool file_declares(const char *path, const char *name)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	bool result = false;
	void *text;

	if (fd < 0)
		return false;
	if (!fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_size) {
		text = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd,
			    0);
		if (text != MAP_FAILED) {
			result = declares(text, status.st_size, name);
			munmap(text, status.st_size);
		}
	}
	close(fd);
	return result;
}

bool kernel_function_exists(const struct fathom_headers *headers,
			    const char *name)
{
	char *include = xformat("%s/include", headers->source);
	char *arch = xformat("%s/arch/x86/include", headers->source);
	char *const roots[] = {include, arch, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	bool result = false;
	FTSENT *entry;

	while (tree && !result && (entry = fts_read(tree)))
		if (entry->fts_info == FTS_F)
			result = file_declares(entry->fts_accpath, name);
	if (tree)
		fts_close(tree);
	free(arch);
	free(include);
	return result;
}
