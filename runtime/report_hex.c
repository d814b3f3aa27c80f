/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Hexadecimal digits: see report_hex.h. */
#include "report_hex.h"

#include <string.h>

static const char digits[] = "0123456789abcdef";

void report_hex_encode(char *text, const uint8_t *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 15];
	}
	*text = '\0';
}

bool report_hex_decode(uint8_t *bytes, size_t size, const char *text)
{
	size_t i;

	if (strlen(text) != 2 * size || strspn(text, digits) != 2 * size)
		return false;
	for (i = 0; i < size; i++) {
		size_t high = (size_t)(strchr(digits, text[2 * i]) - digits);
		size_t low = (size_t)(strchr(digits, text[2 * i + 1]) - digits);

		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
