/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fathom/error.h>

#include "headers.h"

#define PACKAGE_PREFIX "linux-headers-"
#define SYSTEM_DIR     "/usr/src"

/* Far more than any kernel's; larger ones are not what they seem. */
#define MAX_FILE_SIZE (8 << 20)

static char *format(const char *text, ...)
	__attribute__((format(printf, 1, 2)));

/* NULL when memory is short. */
static char *format(const char *text, ...)
{
	va_list args;
	char *ret;

	va_start(args, text);
	if (vasprintf(&ret, text, args) < 0)
		ret = NULL;
	va_end(args);
	return ret;
}

static struct fathom_error *no_memory(void)
{
	return fathom_error_create(FATHOM_ERROR_NO_MEMORY, "out of memory");
}

static bool exists(const char *dir, const char *path)
{
	char *name = format("%s/%s", dir, path);
	bool ret = name && access(name, R_OK) == 0;

	free(name);
	return ret;
}

/* The whole of a text file, or NULL with errno set. */
static char *read_text(const char *dir, const char *path)
{
	char *name = format("%s/%s", dir, path);
	FILE *file = name ? fopen(name, "re") : NULL;
	char *text = NULL;
	size_t length = 0;

	free(name);
	if (!file)
		return NULL;
	if (getdelim(&text, &length, '\0', file) < 0 ||
	    length > MAX_FILE_SIZE) {
		free(text);
		text = NULL;
		errno = EINVAL;
	}
	fclose(file);
	return text;
}

/*
 * Order of one character outside numbers: a tilde before the end, the end
 * before letters, letters before the rest (deb-version(7)).
 */
static int character_order(char c)
{
	if (c == '~')
		return -1;
	if (c == '\0' || isdigit((unsigned char)c))
		return 0;
	if (isalpha((unsigned char)c))
		return (unsigned char)c;
	return (unsigned char)c + 256;
}

static int compare_numbers(const char **a, const char **b)
{
	size_t length_a, length_b;
	int ret;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	length_a = strspn(*a, "0123456789");
	length_b = strspn(*b, "0123456789");
	if (length_a != length_b)
		return length_a < length_b ? -1 : 1;
	ret = strncmp(*a, *b, length_a);
	*a += length_a;
	*b += length_b;
	return ret;
}

int fathom_headers_compare(const char *a, const char *b)
{
	while (*a || *b) {
		while ((*a && !isdigit((unsigned char)*a)) ||
		       (*b && !isdigit((unsigned char)*b))) {
			int order_a = character_order(*a);
			int order_b = character_order(*b);

			if (order_a != order_b)
				return order_a < order_b ? -1 : 1;
			a++;
			b++;
		}

		int ret = compare_numbers(&a, &b);

		if (ret)
			return ret;
	}
	return 0;
}

void fathom_headers_destroy(struct fathom_headers *headers)
{
	if (!headers)
		return;
	free(headers->release);
	free(headers->build);
	free(headers->source);
	free(headers);
}

/* UTS_RELEASE of a configured tree, or NULL if it is none. */
static char *read_release(const char *build)
{
	static const char define[] = "#define UTS_RELEASE \"";
	char *text = read_text(build, "include/generated/utsrelease.h");
	char *start, *end, *ret = NULL;

	if (!text)
		return NULL;
	start = strstr(text, define);
	if (start) {
		start += strlen(define);
		end = strchr(start, '"');
		if (end && end > start)
			ret = strndup(start, end - start);
	}
	free(text);
	return ret;
}

/*
 * The folder whose Makefile the one of @build includes, when the package is
 * split; NULL otherwise. A package unpacked elsewhere than it was made for has
 * its other half beside it.
 */
static char *split_source(const char *build)
{
	char *text = read_text(build, "Makefile");
	char *line, *save, *ret = NULL;

	if (!text)
		return NULL;
	for (line = strtok_r(text, "\n", &save); line && !ret;
	     line = strtok_r(NULL, "\n", &save)) {
		char *end = strrchr(line, '/');
		char *name;

		if (strncmp(line, "include ", 8) != 0 || !end ||
		    strcmp(end, "/Makefile") != 0)
			continue;
		*end = '\0';
		line += strspn(line + 8, " \t") + 8;
		name = strrchr(line, '/');
		if (!name)
			continue;
		ret = format("%s/..%s", build, name);
		if (ret && !exists(ret, "include/linux/kconfig.h")) {
			free(ret);
			ret = strdup(line);
		}
	}
	free(text);
	return ret;
}

static struct fathom_error *find_source(struct fathom_headers *headers)
{
	char *split;

	if (exists(headers->build, "include/linux/kconfig.h")) {
		headers->source = strdup(headers->build);
		return headers->source ? NULL : no_memory();
	}
	split = split_source(headers->build);
	if (!split)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"%s: no include/linux here, and its Makefile names no other folder that has it",
			headers->build);
	headers->source = realpath(split, NULL);
	if (!headers->source || !exists(split, "include/linux/kconfig.h")) {
		struct fathom_error *error = fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"%s: the other half of this package, %s, is missing",
			headers->build, split);

		free(split);
		return error;
	}
	free(split);
	return NULL;
}

static struct fathom_error *check_config(const struct fathom_headers *headers)
{
	char *config =
		read_text(headers->build, "include/generated/autoconf.h");
	struct fathom_error *error = NULL;

	if (!config)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"%s: no include/generated/autoconf.h: the tree is not configured",
			headers->build);
	if (!strstr(config, "#define CONFIG_X86_64 1\n"))
		error = fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					    "%s: not a kernel for x86-64",
					    headers->build);
	else if (strstr(config, "#define CONFIG_RANDSTRUCT 1\n") ||
		 strstr(config, "#define CONFIG_GCC_PLUGIN_RANDSTRUCT 1\n"))
		error = fathom_error_create(
			FATHOM_ERROR_UNSUPPORTED,
			"%s: kernel %s lays out its structures at random (CONFIG_RANDSTRUCT), so its headers do not tell where members are",
			headers->build, headers->release);
	free(config);
	return error;
}

/* Takes over @release. */
static struct fathom_error *create(const char *build, char *release,
				   struct fathom_headers **ret)
{
	struct fathom_headers *headers = calloc(1, sizeof(*headers));
	struct fathom_error *error;

	if (!headers) {
		free(release);
		return no_memory();
	}
	headers->release = release;
	headers->build = realpath(build, NULL);
	error = headers->build ? find_source(headers)
			       : fathom_error_os(errno, "%s", build);
	if (!error)
		error = check_config(headers);
	if (error) {
		fathom_headers_destroy(headers);
		return error;
	}
	*ret = headers;
	return NULL;
}

/* The best package so far: the newest of those that were asked for. */
struct search {
	const char *wanted; /* release or its beginning; NULL: any */
	char *release;	    /* NULL: none yet */
	char *build;
};

static void search_deinit(struct search *search)
{
	free(search->release);
	free(search->build);
}

/* "6.1" asks for any 6.1, but for no 6.12. */
static bool is_wanted(const char *release, const char *wanted)
{
	size_t length = strlen(wanted);

	return !strncmp(release, wanted, length) &&
	       (!release[length] || strchr(".-+", release[length]));
}

static bool is_better(const struct search *search, const char *release)
{
	const char *wanted = search->wanted;

	if (wanted && !is_wanted(release, wanted))
		return false;
	if (!search->release)
		return true;
	/* The very one that was asked for is better than any newer one. */
	if (wanted && !strcmp(search->release, wanted))
		return false;
	if (wanted && !strcmp(release, wanted))
		return true;
	return fathom_headers_compare(release, search->release) > 0;
}

/* Takes over both strings. */
static void search_offer(struct search *search, char *release, char *build)
{
	if (!release || !build || !is_better(search, release)) {
		free(release);
		free(build);
		return;
	}
	search_deinit(search);
	search->release = release;
	search->build = build;
}

/* Offer every package in @dir, which need not exist. */
static void search_dir(struct search *search, const char *dir)
{
	DIR *stream = opendir(dir);
	struct dirent *entry;

	if (!stream)
		return;
	while ((entry = readdir(stream))) {
		char *build;

		if (strncmp(entry->d_name, PACKAGE_PREFIX,
			    strlen(PACKAGE_PREFIX)) != 0)
			continue;
		build = format("%s/%s", dir, entry->d_name);
		search_offer(search, build ? read_release(build) : NULL, build);
	}
	closedir(stream);
}

/* The packages of every kernel that fathom-lab has unpacked. */
static void search_cache(struct search *search)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	struct dirent *entry;
	char *kernels;
	DIR *stream;

	if (cache && *cache == '/')
		kernels = format("%s/fathom/kernels", cache);
	else if (home && *home == '/')
		kernels = format("%s/.cache/fathom/kernels", home);
	else
		return;
	stream = kernels ? opendir(kernels) : NULL;
	while (stream && (entry = readdir(stream))) {
		char *dir;

		if (entry->d_name[0] == '.')
			continue;
		dir = format("%s/%s/usr/src", kernels, entry->d_name);
		if (dir)
			search_dir(search, dir);
		free(dir);
	}
	if (stream)
		closedir(stream);
	free(kernels);
}

static struct fathom_error *search_finish(struct search *search,
					  struct fathom_headers **ret)
{
	struct fathom_error *error;

	error = create(search->build, search->release, ret);
	search->release = NULL;
	search_deinit(search);
	return error;
}

static struct fathom_error *find_in_folder(const char *folder,
					   struct fathom_headers **ret)
{
	struct search search = {0};
	char *release = read_release(folder);
	char *dir;

	if (release)
		return create(folder, release, ret);
	search_dir(&search, folder);
	dir = format("%s/usr/src", folder);
	if (!dir) {
		search_deinit(&search);
		return no_memory();
	}
	search_dir(&search, dir);
	free(dir);
	if (search.build)
		return search_finish(&search, ret);
	return fathom_error_create(
		FATHOM_ERROR_INVALID_ARGUMENT,
		"%s: no kernel headers here (no include/generated/utsrelease.h)",
		folder);
}

struct fathom_error *fathom_headers_find(const char *request,
					 struct fathom_headers **ret)
{
	struct search search = {.wanted = request};

	if (request && (strchr(request, '/') || !strcmp(request, ".") ||
			!strcmp(request, "..")))
		return find_in_folder(request, ret);
	search_dir(&search, SYSTEM_DIR);
	search_cache(&search);
	if (search.build)
		return search_finish(&search, ret);
	if (request)
		return fathom_error_create(
			FATHOM_ERROR_INVALID_ARGUMENT,
			"no headers of kernel %s in " SYSTEM_DIR
			" or among the lab's kernels; Debian's package is " PACKAGE_PREFIX
			"%s",
			request, request);
	return fathom_error_create(
		FATHOM_ERROR_INVALID_ARGUMENT,
		"no kernel headers in " SYSTEM_DIR
		" or among the lab's kernels; install a package such as linux-headers-cloud-amd64");
}

/* A growing array; `failed` sticks when memory is short. */
struct flag_list {
	char **items;
	size_t count;
	bool failed;
};

/* Takes over @flag. */
static void add(struct flag_list *list, char *flag)
{
	char **items = NULL;

	if (flag && !list->failed)
		items = reallocarray(list->items, list->count + 2,
				     sizeof(*items));
	if (!items) {
		free(flag);
		list->failed = true;
		return;
	}
	list->items = items;
	items[list->count++] = flag;
	items[list->count] = NULL;
}

static void add_pair(struct flag_list *list, const char *option,
		     const char *dir, const char *path)
{
	add(list, strdup(option));
	add(list, format("%s/%s", dir, path));
}

/* What the top Makefile's LINUXINCLUDE names, in its order. */
static void add_include_dirs(struct flag_list *list,
			     const struct fathom_headers *headers)
{
	static const char *const dirs[] = {
		"arch/x86/include",
		"arch/x86/include/generated",
		"include",
		"arch/x86/include/uapi",
		"arch/x86/include/generated/uapi",
		"include/uapi",
		"include/generated/uapi",
	};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		if (exists(headers->source, dirs[i]))
			add_pair(list, "-isystem", headers->source, dirs[i]);
		if (strcmp(headers->source, headers->build) != 0 &&
		    exists(headers->build, dirs[i]))
			add_pair(list, "-isystem", headers->build, dirs[i]);
	}
}

/* Options that change what C code means, if the kernel is built with them. */
static void add_dialect(struct flag_list *list,
			const struct fathom_headers *headers)
{
	static const char *const dialect[] = {
		"-funsigned-char", /* since 6.2; before, char was signed */
		"-fms-extensions", /* tagged anonymous members */
	};
	char *makefile = read_text(headers->source, "Makefile");

	for (size_t i = 0; i < sizeof(dialect) / sizeof(*dialect); i++)
		if (makefile && strstr(makefile, dialect[i]))
			add(list, strdup(dialect[i]));
	free(makefile);
}

struct fathom_error *fathom_headers_flags(const struct fathom_headers *headers,
					  const char *include_dir, char ***ret)
{
	/*
	 * Those of the top Makefile that code in headers relies on, without
	 * those about code generation for the kernel.
	 */
	static const char *const fixed[] = {
		"-nostdlibinc",
		"-std=gnu11",
		"-D__KERNEL__",
		"-DCC_USING_FENTRY",
		"-fshort-wchar",
		"-fno-strict-aliasing",
		"-fwrapv",
		"-fno-delete-null-pointer-checks",
		"-fno-common",
		/* The pass knows members of types by the debug info only. */
		"-fno-eliminate-unused-debug-types",
		"-Wno-pointer-sign",
		"-Wno-address-of-packed-member",
		"-Wno-gnu-variable-sized-type-not-at-end",
	};
	struct flag_list list = {0};

	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		add(&list, strdup(fixed[i]));
	add_dialect(&list, headers);
	add_pair(&list, "-isystem", include_dir, "fathom/kernel");
	add_pair(&list, "-isystem", include_dir, "fathom/libc");
	add_include_dirs(&list, headers);
	/* A whole path: -include looks into the working directory first. */
	add_pair(&list, "-include", include_dir, "fathom/prelude.h");
	if (list.failed) {
		fathom_headers_free_flags(list.items);
		return no_memory();
	}
	*ret = list.items;
	return NULL;
}

void fathom_headers_free_flags(char **flags)
{
	for (size_t i = 0; flags && flags[i]; i++)
		free(flags[i]);
	free(flags);
}
