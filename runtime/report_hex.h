/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Bytes as lower-case hexadecimal digits.
 */
#ifndef FATHOM_REPORT_HEX_H
#define FATHOM_REPORT_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @param[out] text Room for 2 * @p size characters and a NUL. */
void report_hex_encode(char *text, const uint8_t *bytes, size_t size);

/** @return Whether @p text is exactly 2 * @p size digits. */
bool report_hex_decode(uint8_t *bytes, size_t size, const char *text);

#endif /* FATHOM_REPORT_HEX_H */
