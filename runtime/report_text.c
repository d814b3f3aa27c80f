/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Text that others have written: see report_text.h. */
#include "report_text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6"

/* The longest thing that one byte, or one character, becomes. */
#define LONGEST_PIECE 4

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* Bytes of the character that begins with @first; 0 if none does. */
static size_t sequence_length(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* Lines' ends, and what lets text appear in another order than it has. */
static bool is_printable(uint32_t character)
{
	if (character < ' ' || (character >= 0x7f && character < 0xa0))
		return false;
	if (character == 0x061c || (character >= 0x200b && character <= 0x200f))
		return false;
	if (character >= 0x2028 && character <= 0x202e)
		return false;
	return (character < 0x2060 || character > 0x206f) &&
	       character != 0xfeff;
}

/* Bytes of the printable character at @text; 0 if there is none. */
static size_t printable_length(const char *text, size_t left)
{
	static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
	const uint8_t *bytes = (const uint8_t *)text;
	size_t length = sequence_length(bytes[0]);
	uint32_t character;
	size_t i;

	if (!length || length > left)
		return 0;
	character = length == 1 ? bytes[0] : bytes[0] & (0x7f >> length);
	for (i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (bytes[i] & 0x3f);
	}
	if (character < lowest[length] || character > 0x10ffff ||
	    (character >= 0xd800 && character < 0xe000))
		return 0;
	return is_printable(character) ? length : 0;
}

/* One piece of the copy; returns the bytes of @from that it stands for. */
static size_t take_piece(char piece[LONGEST_PIECE + 1], const char *from,
			 size_t left)
{
	size_t length = printable_length(from, left);

	if (!length) {
		snprintf(piece, LONGEST_PIECE + 1, "\\x%02x", (uint8_t)*from);
		return 1;
	}
	if (*from == '\\') {
		memcpy(piece, "\\\\", sizeof("\\\\"));
		return 1;
	}
	memcpy(piece, from, length);
	piece[length] = '\0';
	return length;
}

void report_text_clean(char *to, size_t size, const char *from, size_t length)
{
	size_t room = size - sizeof(ELLIPSIS);
	char piece[LONGEST_PIECE + 1];
	size_t used = 0;
	size_t kept = 0; /* of it, what leaves room for the ellipsis */
	size_t at = 0;

	while (at < length) {
		at += take_piece(piece, from + at, length - at);
		if (used + strlen(piece) >= size) {
			memcpy(to + kept, ELLIPSIS, sizeof(ELLIPSIS));
			return;
		}
		memcpy(to + used, piece, strlen(piece));
		used += strlen(piece);
		if (used <= room)
			kept = used;
	}
	to[used] = '\0';
}

bool report_text_is_clean(const char *text, size_t length)
{
	size_t at = 0;

	while (at < length) {
		size_t piece = printable_length(text + at, length - at);

		if (!piece)
			return false;
		at += piece;
	}
	return true;
}

void report_text_word(char *to, size_t size, const char *from,
		      const char *others)
{
	size_t i;

	for (i = 0; from[i] && i + 1 < size; i++)
		to[i] = is_letter_or_digit(from[i]) || strchr(others, from[i])
				? from[i]
				: '_';
	if (!i)
		to[i++] = '_';
	to[i] = '\0';
}
