/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See installation.h.
 */
#include "installation.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fathom/error.h>

#include "memory.h"

#define LIBRARY_NAME "libfathom.so"
#define PLUGIN_NAME  "FathomPass.so"

/*
 * What GNUInstallDirs may choose for CMAKE_INSTALL_LIBDIR, the choice of this
 * build (FATHOM_LIBDIR, empty when it is an absolute path) first.
 */
static const char *const library_dirs[] = {
	FATHOM_LIBDIR,
	"lib",
	"lib/x86_64-linux-gnu",
	"lib64",
};

/* Folders that ld.so searches without being told (Debian, Fedora, Arch). */
static const char *const system_library_dirs[] = {
	"/lib",	    "/lib/x86_64-linux-gnu",	 "/lib64",
	"/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib64",
};

/* The folder below @p prefix that holds @p name; NULL if there is none. */
static char *library_dir_with(const char *prefix, const char *name)
{
	size_t count = sizeof(library_dirs) / sizeof(library_dirs[0]);

	for (size_t i = 0; i < count; i++) {
		char *dir, *file;
		int found;

		if (!library_dirs[i][0])
			continue;
		dir = xformat("%s/%s", prefix, library_dirs[i]);
		file = xformat("%s/%s", dir, name);
		found = access(file, R_OK) == 0;
		free(file);
		if (found)
			return dir;
		free(dir);
	}
	return NULL;
}

/* Installed it has a folder of its own: it is no library to link with. */
static char *find_plugin(const char *prefix)
{
	static const char *const names[] = {
		"fathom/" PLUGIN_NAME,
		PLUGIN_NAME,
	};
	char *plugin = NULL;

	for (size_t i = 0; i < 2 && !plugin; i++) {
		char *dir = library_dir_with(prefix, names[i]);

		if (dir)
			plugin = xformat("%s/%s", dir, names[i]);
		free(dir);
	}
	return plugin;
}

struct fathom_error *installation_find(struct installation *ret)
{
	char *self;

	memset(ret, 0, sizeof(*ret));
	self = realpath("/proc/self/exe", NULL);
	if (!self)
		return fathom_error_os(errno, "finding the running program "
					      "by /proc/self/exe");

	/* dirname() shortens its argument in place: bin/, then its parent. */
	ret->binary_dir = xformat("%s", dirname(self));
	ret->prefix = xformat("%s", dirname(self));
	free(self);

	/* "/bin" has the parent "/", which must not become "//lib". */
	if (!strcmp(ret->prefix, "/"))
		ret->prefix[0] = '\0';
	ret->include_dir = xformat("%s/include", ret->prefix);
	ret->library_dir = library_dir_with(ret->prefix, LIBRARY_NAME);
	ret->plugin = find_plugin(ret->prefix);
	return NULL;
}

static struct fathom_error *missing(const struct installation *installation,
				    const char *name)
{
	return fathom_error_create(FATHOM_ERROR_OS,
				   "%s is not below %s/lib*; build or install "
				   "all of Fathom again (cmake --build, cmake "
				   "--install)",
				   name, installation->prefix);
}

struct fathom_error *
installation_need_plugin(const struct installation *installation)
{
	return installation->plugin ? NULL : missing(installation, PLUGIN_NAME);
}

struct fathom_error *
installation_need_library(const struct installation *installation)
{
	if (installation->library_dir)
		return NULL;
	return missing(installation, LIBRARY_NAME);
}

bool installation_library_is_system(const struct installation *installation)
{
	size_t count = sizeof(system_library_dirs) / sizeof(char *);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(installation->library_dir, system_library_dirs[i]))
			return true;
	return false;
}

void installation_deinit(struct installation *installation)
{
	free(installation->prefix);
	free(installation->binary_dir);
	free(installation->include_dir);
	free(installation->library_dir);
	free(installation->plugin);
	memset(installation, 0, sizeof(*installation));
}
