/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What tests of symbols share.
 */
#ifndef FATHOM_TESTS_SYMBOLS_TEST_H
#define FATHOM_TESTS_SYMBOLS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fathom/error.h>

/** Fail with the message of an error that should not be. */
static inline void assert_ok(struct fathom_error *error)
{
	if (error)
		fail_msg("unexpected error: %s", error->message);
}

/** Demand an error of this kind that speaks of @p text. Destroys it. */
static inline void assert_error(struct fathom_error *error,
				enum fathom_error_code code, const char *text)
{
	if (!error)
		fail_msg("no error, but one about \"%s\" was due", text);
	if (error->code != code || !strstr(error->message, text))
		fail_msg("error %d \"%s\", not %d \"%s\"", error->code,
			 error->message, code, text);
	fathom_error_destroy(error);
}

#endif /* FATHOM_TESTS_SYMBOLS_TEST_H */
