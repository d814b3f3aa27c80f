/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See response_file.h.
 */
#include "response_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "argument_list.h"
#include "memory.h"

/* No command line is longer (ARG_MAX is 2 MiB by default). */
#define LONGEST_FILE (16ul << 20)

/*
 * Read one argument from @p text into @p word, which is no shorter. Returns
 * what follows it, or NULL if there is none.
 */
static const char *read_word(const char *text, char *word)
{
	char quote = '\0';

	while (isspace((unsigned char)*text))
		text++;
	if (!*text)
		return NULL;

	for (; *text; text++) {
		if (!quote && isspace((unsigned char)*text))
			break;
		if (*text == '\\') {
			if (!*++text)
				break;
		} else if (quote && *text == quote) {
			quote = '\0';
			continue;
		} else if (!quote && (*text == '"' || *text == '\'')) {
			quote = *text;
			continue;
		}
		*word++ = *text;
	}
	*word = '\0';
	return text;
}

/* The whole of a file with a NUL at its end; NULL if it cannot be had. */
static char *read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t size;

	if (!file)
		return NULL;
	text = xreallocarray(NULL, LONGEST_FILE + 1, 1);
	size = fread(text, 1, LONGEST_FILE, file);
	if (ferror(file) || !feof(file)) {
		free(text);
		text = NULL;
	} else {
		text[size] = '\0';
	}
	(void)fclose(file);
	return text;
}

bool response_file_read(const char *path, struct argument_list *list)
{
	char *text = read_text(path), *word;
	const char *rest = text;

	if (!text)
		return false;
	word = xformat("%s", text);
	while ((rest = read_word(rest, word)))
		argument_list_add(list, word);
	free(word);
	free(text);
	return true;
}
