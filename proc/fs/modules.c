/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See modules.h.
 */
#include "modules.h"

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "status.h"

/* MODULE_NAME_LEN: 64 less a word. */
#define MAX_NAME 56
/* More than any kernel has, and than a hostile one gets folders. */
#define MAX_MODULES 4096
/* Of all modules together: places.c has room for so many. */
#define MAX_HOLDERS 16384

/* "dm_mod 184320 2 dm_crypt,dm_log, Live 0x..." */
struct module {
	char *name;
	char *size;
	char *users;
	char *holders;
	char *state;
};

static void must(int status, const char *what)
{
	if (status < 0)
		err(STATUS_TOOL_FAILED, "/sys/module: %s", what);
}

/* It becomes the name of a folder. */
static bool is_name(const char *text)
{
	size_t length;

	for (length = 0; text[length]; length++)
		if (!isalnum((unsigned char)text[length]) &&
		    text[length] != '_' && text[length] != '-')
			return false;
	return length && length <= MAX_NAME;
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

static bool read_module(char *line, struct module *ret)
{
	char *rest = line;

	*ret = (struct module){
		.name = strsep(&rest, " "),
		.size = strsep(&rest, " "),
		.users = strsep(&rest, " "),
		.holders = strsep(&rest, " "),
		.state = strsep(&rest, " "),
	};
	return ret->state && is_name(ret->name) && is_number(ret->size) &&
	       is_number(ret->users);
}

static int make_folder(int parent, const char *name)
{
	int fd;

	/* A hostile list names one twice. */
	if (mkdirat(parent, name, 0755) && errno != EEXIST)
		must(-1, name);
	fd = openat(parent, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	must(fd, name);
	return fd;
}

static void write_line(int folder, const char *name, const char *text)
{
	int fd = openat(folder, name,
			O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
			0444);

	must(fd, name);
	if (dprintf(fd, "%s\n", text) < 0)
		must(-1, name);
	close(fd);
}

static void write_holders(int folder, char *list, unsigned int *left)
{
	int holders = make_folder(folder, "holders");
	char *name;

	for (; *left && (name = strsep(&list, ",")); --*left)
		if (is_name(name) && strcmp(name, "-") != 0)
			close(make_folder(holders, name));
	close(holders);
}

/* As the kernel says it there: in small letters, and its own way. */
static const char *init_state(const char *state)
{
	if (!strcmp(state, "Loading"))
		return "coming";
	return strcmp(state, "Unloading") != 0 ? "live" : "going";
}

static void write_module(int parent, const struct module *module,
			 unsigned int *holders)
{
	int folder = make_folder(parent, module->name);

	write_line(folder, "coresize", module->size);
	write_line(folder, "refcnt", module->users);
	write_line(folder, "initstate", init_state(module->state));
	write_holders(folder, module->holders, holders);
	close(folder);
}

void modules_write(const char *path, const char *text, size_t size)
{
	char *copy = strndup(text, size);
	char *rest = copy;
	struct module module;
	unsigned int left = MAX_MODULES;
	unsigned int holders = MAX_HOLDERS;
	int parent;
	char *line;

	parent = make_folder(AT_FDCWD, path);
	for (; left && (line = strsep(&rest, "\n")); left--)
		if (read_module(line, &module))
			write_module(parent, &module, &holders);
	if (rest && *rest)
		warnx("/sys/module: has the first %d modules only",
		      MAX_MODULES);
	close(parent);
	free(copy);
}
