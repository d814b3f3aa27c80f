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

/*
 * Read one argument into @p word, which is as large as the rest of the file.
 * False at the end of the file.
 */
static bool read_word(FILE *file, char *word)
{
	int quote = 0, character;
	size_t length = 0;

	do {
		character = getc(file);
	} while (isspace(character));
	if (character == EOF)
		return false;

	for (; character != EOF; character = getc(file)) {
		if (!quote && isspace(character))
			break;
		if (character == '\\') {
			character = getc(file);
			if (character == EOF)
				break;
		} else if (character == quote) {
			quote = 0;
			continue;
		} else if (!quote && (character == '"' || character == '\'')) {
			quote = character;
			continue;
		}
		word[length++] = character;
	}
	word[length] = '\0';
	return true;
}

static char *word_buffer(FILE *file)
{
	long size;

	if (fseek(file, 0, SEEK_END))
		return NULL;
	size = ftell(file);
	if (size < 0)
		return NULL;
	rewind(file);
	return malloc((size_t)size + 1);
}

bool response_file_read(const char *path, struct argument_list *list)
{
	FILE *file = fopen(path, "re");
	char *word;

	if (!file)
		return false;
	word = word_buffer(file);
	while (word && read_word(file, word))
		argument_list_add(list, word);
	fclose(file);
	if (!word)
		return false;
	free(word);
	return true;
}
