/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Finding kernel headers packages, and the flags for them. */
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <fathom/error.h>

#include "headers.h"

#define CONFIG "#define CONFIG_X86_64 1\n"

static char root[PATH_MAX]; /* a cache folder of this test's own */

static void make_parents(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		assert_true(!mkdir(path, 0755) || errno == EEXIST);
		*slash = '/';
	}
}

__attribute__((format(printf, 2, 3))) static void make(const char *text,
						       const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;
	FILE *file;
	int length = snprintf(path, sizeof(path), "%s/", root);

	va_start(args, format);
	vsnprintf(path + length, sizeof(path) - length, format, args);
	va_end(args);
	make_parents(path);
	file = fopen(path, "w");
	if (!file)
		fail_msg("%s: cannot be created", path);
	else if (fputs(text, file) < 0 || fclose(file))
		fail_msg("%s: cannot be written", path);
}

/* A package as Debian's, unpacked: two folders below usr/src. */
static void make_split(const char *release, const char *config)
{
	char text[256];
	char base[256];

	snprintf(base, sizeof(base), "fathom/kernels/%s/usr/src/linux-headers-",
		 release);
	snprintf(text, sizeof(text), "#define UTS_RELEASE \"%s-cloud\"\n",
		 release);
	make(text, "%s%s-cloud/include/generated/utsrelease.h", base, release);
	make(config, "%s%s-cloud/include/generated/autoconf.h", base, release);
	make("", "%s%s-cloud/arch/x86/include/generated/x.h", base, release);
	snprintf(text, sizeof(text),
		 "include /usr/src/linux-headers-%s-common/Makefile\n",
		 release);
	make(text, "%s%s-cloud/Makefile", base, release);
	make("KBUILD_CFLAGS += -funsigned-char\n", "%s%s-common/Makefile", base,
	     release);
	make("", "%s%s-common/include/linux/kconfig.h", base, release);
	make("", "%s%s-common/include/linux/compiler-version.h", base, release);
	make("", "%s%s-common/include/uapi/x.h", base, release);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(root, "/tmp/fathom-headers-XXXXXX");
	return !mkdtemp(root) || setenv("XDG_CACHE_HOME", root, 1);
}

static int remove_one(const char *path, const struct stat *info, int type,
		      struct FTW *ftw)
{
	(void)info;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void assert_error(struct fathom_error *error,
			 enum fathom_error_code code, const char *text)
{
	assert_non_null(error);
	if (error->code != code || !strstr(error->message, text))
		fail_msg("%s", error->message);
	fathom_error_destroy(error);
}

static void assert_success(struct fathom_error *error)
{
	if (error)
		fail_msg("%s", error->message);
}

static void versions_are_compared_by_number(void **state)
{
	static const char *const ascending[] = {
		"4.19.0-27-amd64",
		"6.1.0-9-cloud-amd64",
		"6.1.0-56-cloud-amd64",
		"6.1.0-56-rt-amd64",
		"6.12~rc1",
		"6.12",
		"6.12.9",
		"6.12.117+deb12-cloud-amd64",
		"6.12.118+deb12-cloud-amd64",
		"10.0",
	};
	const size_t count = sizeof(ascending) / sizeof(*ascending);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			int order = fathom_headers_compare(ascending[i],
							   ascending[j]);

			assert_int_equal((order > 0) - (order < 0),
					 (i > j) - (i < j));
		}
	assert_int_equal(fathom_headers_compare("6.01", "6.1"), 0);
}

static void the_newest_is_found(void **state)
{
	struct fathom_headers *headers;

	(void)state;
	make_split("99.9.0-1", CONFIG);
	make_split("99.10.0-1", CONFIG);
	make_split("99.2.0-1", CONFIG);
	assert_success(fathom_headers_find(NULL, &headers));
	assert_string_equal(headers->release, "99.10.0-1-cloud");
	assert_non_null(strstr(headers->build, "-cloud"));
	assert_non_null(strstr(headers->source, "-common"));
	assert_int_equal(strncmp(headers->source, root, strlen(root)), 0);
	fathom_headers_destroy(headers);
}

static void one_is_found_by_release_or_folder(void **state)
{
	struct fathom_headers *headers;
	char folder[PATH_MAX + 128];

	(void)state;
	make_split("99.9.0-1", CONFIG);
	make_split("99.10.0-1", CONFIG);
	assert_success(fathom_headers_find("99.9.0-1-cloud", &headers));
	assert_string_equal(headers->release, "99.9.0-1-cloud");
	snprintf(folder, sizeof(folder), "%s", headers->build);
	fathom_headers_destroy(headers);
	assert_success(fathom_headers_find(folder, &headers));
	assert_string_equal(headers->release, "99.9.0-1-cloud");
	fathom_headers_destroy(headers);
	snprintf(folder, sizeof(folder), "%s/fathom/kernels/99.9.0-1", root);
	assert_success(fathom_headers_find(folder, &headers));
	assert_string_equal(headers->release, "99.9.0-1-cloud");
	fathom_headers_destroy(headers);
}

static void the_beginning_of_a_release_is_enough(void **state)
{
	struct fathom_headers *headers;

	(void)state;
	make_split("99.1.0-9", CONFIG);
	make_split("99.1.0-10", CONFIG);
	make_split("99.12.0-1", CONFIG);
	assert_success(fathom_headers_find("99.1", &headers));
	assert_string_equal(headers->release, "99.1.0-10-cloud");
	fathom_headers_destroy(headers);
	assert_success(fathom_headers_find("99.1.0-9", &headers));
	assert_string_equal(headers->release, "99.1.0-9-cloud");
	fathom_headers_destroy(headers);
	assert_error(fathom_headers_find("99.1.0-1", &headers),
		     FATHOM_ERROR_INVALID_ARGUMENT, "99.1.0-1");
	assert_success(fathom_headers_find("99", &headers));
	assert_string_equal(headers->release, "99.12.0-1-cloud");
	fathom_headers_destroy(headers);
}

static void an_exact_release_is_better_than_a_longer_one(void **state)
{
	struct fathom_headers *headers;

	(void)state;
	make_split("99.1.0-1", CONFIG);
	make_split("99.1.0-1-cloud-rt", CONFIG);
	assert_success(fathom_headers_find("99.1.0-1-cloud", &headers));
	assert_string_equal(headers->release, "99.1.0-1-cloud");
	fathom_headers_destroy(headers);
}

static void an_unsplit_tree_will_do(void **state)
{
	struct fathom_headers *headers;
	char folder[PATH_MAX + 16];

	(void)state;
	make("#define UTS_RELEASE \"99.1.0\"\n",
	     "tree/include/generated/utsrelease.h");
	make(CONFIG, "tree/include/generated/autoconf.h");
	make("", "tree/include/linux/kconfig.h");
	snprintf(folder, sizeof(folder), "%s/tree", root);
	assert_success(fathom_headers_find(folder, &headers));
	assert_string_equal(headers->release, "99.1.0");
	assert_string_equal(headers->source, headers->build);
	fathom_headers_destroy(headers);
}

static void what_cannot_be_used_is_refused(void **state)
{
	struct fathom_headers *headers;
	char path[PATH_MAX + 128];

	(void)state;
	assert_error(fathom_headers_find("0.0-none", &headers),
		     FATHOM_ERROR_INVALID_ARGUMENT, "0.0-none");
	assert_error(fathom_headers_find(root, &headers),
		     FATHOM_ERROR_INVALID_ARGUMENT, root);
	make_split("99.1.0", CONFIG "#define CONFIG_RANDSTRUCT 1\n");
	assert_error(fathom_headers_find("99.1.0-cloud", &headers),
		     FATHOM_ERROR_UNSUPPORTED, "CONFIG_RANDSTRUCT");
	make_split("99.2.0", CONFIG "#define CONFIG_GCC_PLUGIN_RANDSTRUCT 1\n");
	assert_error(fathom_headers_find("99.2.0-cloud", &headers),
		     FATHOM_ERROR_UNSUPPORTED, "at random");
	make_split("99.3.0", "#define CONFIG_ARM64 1\n");
	assert_error(fathom_headers_find("99.3.0-cloud", &headers),
		     FATHOM_ERROR_INVALID_ARGUMENT, "x86-64");
	/* CONFIG_RANDSTRUCT_NONE is none of them. */
	make_split("99.4.0", CONFIG "#define CONFIG_RANDSTRUCT_NONE 1\n");
	snprintf(
		path, sizeof(path),
		"%s/fathom/kernels/99.4.0/usr/src/linux-headers-99.4.0-common/include/linux/kconfig.h",
		root);
	assert_int_equal(unlink(path), 0);
	assert_error(fathom_headers_find("99.4.0-cloud", &headers),
		     FATHOM_ERROR_INVALID_ARGUMENT, "other half");
}

/* Index of the flag @name followed by something that ends in @end. */
static int index_of(char **flags, const char *name, const char *end)
{
	for (int i = 0; flags[i]; i++) {
		const char *value = flags[i + 1];

		if (strcmp(flags[i], name) != 0)
			continue;
		if (!end)
			return i;
		if (value && strlen(value) >= strlen(end) &&
		    !strcmp(value + strlen(value) - strlen(end), end))
			return i;
	}
	fail_msg("no %s %s", name, end ? end : "");
	return -1;
}

static void flags_are_in_order(void **state)
{
	struct fathom_headers *headers;
	char **flags;

	(void)state;
	make_split("99.1.0", CONFIG);
	assert_success(fathom_headers_find("99.1.0-cloud", &headers));
	assert_success(fathom_headers_flags(headers, "/opt/include", &flags));
	index_of(flags, "-nostdlibinc", NULL);
	index_of(flags, "-D__KERNEL__", NULL);
	index_of(flags, "-funsigned-char", NULL);
	/* Ours hide the kernel's, the kernel's hide those for its users. */
	assert_true(index_of(flags, "-isystem", "/opt/include/fathom/kernel") <
		    index_of(flags, "-isystem",
			     "99.1.0-cloud/arch/x86/include/generated"));
	assert_true(index_of(flags, "-isystem", "99.1.0-common/include") <
		    index_of(flags, "-isystem", "99.1.0-common/include/uapi"));
	index_of(flags, "-include", "/opt/include/fathom/prelude.h");
	fathom_headers_free_flags(flags);
	fathom_headers_destroy(headers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_compared_by_number),
		cmocka_unit_test_setup_teardown(the_newest_is_found, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			one_is_found_by_release_or_folder, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_beginning_of_a_release_is_enough, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			an_exact_release_is_better_than_a_longer_one, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(an_unsplit_tree_will_do, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_used_is_refused,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(flags_are_in_order, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
