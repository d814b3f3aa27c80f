/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Which program this is.
 */
#ifndef FATHOM_REPORT_DIGEST_H
#define FATHOM_REPORT_DIGEST_H

#include <fathom/error.h>

#include "report_finding.h"

/** SHA-256 of a file, as sha256sum(1) prints it. */
struct fathom_error *report_digest_file(const char *path,
					char text[REPORT_DIGEST_TEXT_SIZE]);

#endif /* FATHOM_REPORT_DIGEST_H */
