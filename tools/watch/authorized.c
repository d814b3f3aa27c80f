/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The list of IDSes: see authorized.h. */
#include "authorized.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fathom/seconds.h>

#include "key_file.h"
#include "report_hex.h"
#include "report_text.h"

#define SPACE "\t\r\n "

struct watch_ids *
watch_authorized_find(const struct watch_authorized *authorized,
		      const uint8_t key[FATHOM_KEY_SIZE])
{
	size_t i;

	for (i = 0; i < authorized->count; i++)
		if (!memcmp(authorized->ids[i].key, key, FATHOM_KEY_SIZE))
			return &authorized->ids[i];
	return NULL;
}

static bool parse_name(const char *text, struct watch_ids *ids)
{
	report_text_word(ids->name, sizeof(ids->name), text, "_-.");
	return !strcmp(ids->name, text);
}

static bool parse_interval(const char *text, struct watch_ids *ids)
{
	uint32_t ms;

	if (!fathom_seconds_parse(text, &ms) ||
	    ms < REPORT_SHORTEST_INTERVAL_MS || ms > REPORT_LONGEST_INTERVAL_MS)
		return false;
	ids->required_interval_ms = ms;
	return true;
}

static bool parse_option(const char *text, struct watch_ids *ids)
{
	uint8_t digest[REPORT_DIGEST_SIZE];

	if (!strcmp(text, "required")) {
		ids->required = true;
		return true;
	}
	if (!strncmp(text, "interval=", strlen("interval=")))
		return parse_interval(text + strlen("interval="), ids);
	if (strncmp(text, "sha256=", strlen("sha256=")) != 0)
		return false;
	text += strlen("sha256=");
	if (!report_hex_decode(digest, sizeof(digest), text))
		return false;
	memcpy(ids->digest, text, sizeof(ids->digest));
	return true;
}

/* What is wrong with a line; NULL if nothing is. */
static const char *parse_line(char *line, struct watch_ids *ids)
{
	char *rest;
	const char *word = strtok_r(line, SPACE, &rest);

	if (!parse_name(word, ids))
		return "a name has letters, digits, `_', `-' and `.'";
	word = strtok_r(NULL, SPACE, &rest);
	if (!word || !fathom_key_decode(word, strlen(word), ids->key))
		return "behind the name, there is no key in base64";
	while ((word = strtok_r(NULL, SPACE, &rest)))
		if (!parse_option(word, ids))
			return "an option is neither sha256=DIGEST, interval=SECONDS nor required";
	return NULL;
}

static const char *add_line(char *line, struct watch_authorized *to)
{
	struct watch_ids *ids = &to->ids[to->count];
	const char *wrong;
	size_t i;

	if (to->count == WATCH_MAX_IDS)
		return "too many IDSes";
	memset(ids, 0, sizeof(*ids));
	wrong = parse_line(line, ids);
	if (wrong)
		return wrong;
	for (i = 0; i < to->count; i++) {
		if (!strcmp(to->ids[i].name, ids->name))
			return "the name is there twice";
		if (!memcmp(to->ids[i].key, ids->key, FATHOM_KEY_SIZE))
			return "the key is there twice";
	}
	to->count++;
	return NULL;
}

static bool is_blank(const char *line)
{
	line += strspn(line, SPACE);
	return !*line || *line == '#';
}

static struct fathom_error *read_lines(const char *path, FILE *file,
				       struct watch_authorized *ret)
{
	const char *wrong = NULL;
	unsigned int number = 0;
	char line[512];

	while (!wrong && fgets(line, sizeof(line), file)) {
		number++;
		if (!strchr(line, '\n') && !feof(file))
			wrong = "the line is too long";
		else if (!is_blank(line))
			wrong = add_line(line, ret);
	}
	if (wrong)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "%s:%u: %s", path, number, wrong);
	if (ferror(file))
		return fathom_error_os(errno, "%s", path);
	if (!ret->count)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "%s: no IDS is in it", path);
	return NULL;
}

struct fathom_error *watch_authorized_read(const char *path,
					   struct watch_authorized *ret)
{
	FILE *file = fopen(path, "re");
	struct fathom_error *error;

	ret->count = 0;
	ret->ids = calloc(WATCH_MAX_IDS, sizeof(*ret->ids));
	if (!file)
		error = fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					    "%s: %s", path, strerror(errno));
	else if (!ret->ids)
		error = fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					    "out of memory");
	else
		error = read_lines(path, file, ret);
	if (file)
		fclose(file);
	if (error) {
		free(ret->ids);
		ret->ids = NULL;
	}
	return error;
}
