/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fathom/error.h>

static void create_formats(void **state)
{
	struct fathom_error *error;

	(void)state;
	error = fathom_error_create(FATHOM_ERROR_FORMAT, "%s at %d", "dump", 7);
	assert_int_equal(error->code, FATHOM_ERROR_FORMAT);
	assert_int_equal(error->errnum, 0);
	assert_string_equal(error->message, "dump at 7");
	fathom_error_destroy(error);
}

static void os_appends_strerror(void **state)
{
	struct fathom_error *error;

	(void)state;
	error = fathom_error_os(ENOENT, "open %s", "x");
	assert_int_equal(error->code, FATHOM_ERROR_OS);
	assert_int_equal(error->errnum, ENOENT);
	assert_string_equal(error->message,
			    "open x: No such file or directory");
	fathom_error_destroy(error);
}

static void fault_keeps_address(void **state)
{
	struct fathom_error *error;

	(void)state;
	error = fathom_error_fault(UINT64_C(0xffffffff81000000), "not mapped");
	assert_int_equal(error->code, FATHOM_ERROR_FAULT);
	assert_int_equal(error->address, UINT64_C(0xffffffff81000000));
	fathom_error_destroy(error);
}

static void prefix_goes_before(void **state)
{
	struct fathom_error *error;

	(void)state;
	error = fathom_error_create(FATHOM_ERROR_TARGET, "gone");
	error = fathom_error_prefix(error, "guest %d", 3);
	assert_string_equal(error->message, "guest 3: gone");
	fathom_error_destroy(error);
	fathom_error_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_formats),
		cmocka_unit_test(os_appends_strerror),
		cmocka_unit_test(fault_keeps_address),
		cmocka_unit_test(prefix_goes_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
