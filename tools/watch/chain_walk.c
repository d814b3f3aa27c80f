/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Reading a file of a log: see chain_walk.h. */
#include "chain_walk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report_hex.h"

/** What a line says of its place. */
struct claim {
	struct watch_place before;
	bool continues; /* another file */
};

static struct fathom_error *broken(const struct watch_walk *walk,
				   const char *what)
{
	return fathom_error_create(FATHOM_ERROR_FORMAT,
				   "%s: line %" PRIu64 ": %s", walk->path,
				   walk->at.lines + 1, what);
}

static bool parse_claim(const json_t *event, struct claim *ret)
{
	int continues = 0;
	const char *text;
	json_int_t number;

	if (json_unpack((json_t *)event, "{s:{s:{s:I, s:s, s?b}}}", "fathom",
			"chain", "line", &number, "previous", &text,
			"continues", &continues) ||
	    number < 1 ||
	    !report_hex_decode(ret->before.digest, sizeof(ret->before.digest),
			       text))
		return false;
	ret->before.lines = (uint64_t)number - 1;
	ret->continues = continues;
	return true;
}

static struct fathom_error *no_successor(const struct watch_walk *walk,
					 const struct claim *claim)
{
	if (claim->before.lines == walk->at.lines)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"%s: does not go on from %s, which was changed or is of another log",
			walk->path, walk->after);
	return fathom_error_create(FATHOM_ERROR_FORMAT,
				   "%s: begins with line %" PRIu64
				   ", but %s ends with line %" PRIu64 "%s",
				   walk->path, claim->before.lines + 1,
				   walk->after, walk->at.lines,
				   claim->before.lines > walk->at.lines
					   ? ": what is between them is missing"
					   : "");
}

/* Of a file: the log's first line, or the one that goes on from elsewhere. */
static struct fathom_error *begin(struct watch_walk *walk,
				  const struct claim *claim)
{
	static const struct watch_place nothing;

	if (!claim->continues && !watch_place_is(&claim->before, &nothing))
		return broken(walk, claim->before.lines
					    ? "is not where it was written"
					    : "the line before was changed");
	if (claim->continues && !claim->before.lines)
		return broken(walk, "is not of such a log");
	if (walk->after && !watch_place_is(&claim->before, &walk->at))
		return no_successor(walk, claim);
	walk->at = claim->before;
	walk->begin = claim->before;
	walk->begun = true;
	if (walk->head->lines == walk->at.lines &&
	    !watch_place_is(walk->head, &walk->at))
		return broken(walk,
			      "goes on from what the head was not signed for");
	return NULL;
}

/* A line's own words about its place, compared with where it is. */
static struct fathom_error *check_place(struct watch_walk *walk,
					const json_t *event)
{
	struct claim claim = {0};

	if (!parse_claim(event, &claim))
		return broken(walk, "is not of such a log");
	if (!walk->begun)
		return begin(walk, &claim);
	if (claim.continues || claim.before.lines != walk->at.lines)
		return broken(walk, "is not where it was written");
	if (!watch_place_is(&claim.before, &walk->at))
		return broken(walk, "the line before was changed");
	return NULL;
}

/* Whether nobody has signed what comes now. */
static bool is_past_head(const struct watch_walk *walk)
{
	return walk->only_signed && walk->at.lines >= walk->head->lines;
}

static struct fathom_error *take_event(struct watch_walk *walk,
				       const json_t *event, const char *text,
				       size_t size)
{
	struct fathom_error *error = check_place(walk, event);
	struct watch_place here;

	if (error)
		return error;
	/* The first line of a file says where that begins. */
	walk->stopped = is_past_head(walk);
	if (walk->stopped)
		return NULL;
	here.lines = walk->at.lines + 1;
	SHA256((const unsigned char *)text, size, here.digest);
	if (walk->head->lines == here.lines &&
	    !watch_place_is(walk->head, &here))
		return broken(walk, "is not what the head was signed for");
	if (walk->line)
		walk->line(walk->context, event);
	walk->at = here;
	return NULL;
}

static struct fathom_error *take_end(struct watch_walk *walk, const json_t *end)
{
	struct watch_place place;
	const char *wrong =
		watch_place_decode(end, WATCH_PLACE_END, walk->key, &place);

	if (wrong)
		return fathom_error_create(FATHOM_ERROR_FORMAT,
					   "%s: its end: %s", walk->path,
					   wrong);
	if (!walk->begun || !watch_place_is(&place, &walk->at))
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"%s: ends with line %" PRIu64
			", but its signed end is another: line %" PRIu64,
			walk->path, walk->at.lines, place.lines);
	walk->ended = true;
	return NULL;
}

static struct fathom_error *take_line(struct watch_walk *walk, const char *text,
				      size_t size)
{
	struct fathom_error *error;
	const json_t *end;
	json_t *json;

	if (walk->ended)
		return broken(walk, "stands behind the end of the file");
	json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
	end = json_object_get(json, "end");
	walk->stopped = !end && is_past_head(walk);
	if (walk->stopped) {
		json_decref(json);
		return NULL;
	}
	if (!json)
		return broken(walk, "is no JSON");
	error = end ? take_end(walk, end) : take_event(walk, json, text, size);
	json_decref(json);
	return error;
}

struct fathom_error *watch_walk_check_head(const struct watch_walk *walk)
{
	if (walk->at.lines >= walk->head->lines)
		return NULL;
	return fathom_error_create(
		FATHOM_ERROR_FORMAT,
		"%s: ends with line %" PRIu64 ", but %" PRIu64
		" were signed: the end is cut off",
		walk->path, walk->at.lines, walk->head->lines);
}

struct fathom_error *watch_walk(struct watch_walk *walk)
{
	struct fathom_error *error = NULL;
	char *line = malloc(WATCH_MAX_LINE);

	if (!line)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "out of memory");
	while (!error && fgets(line, WATCH_MAX_LINE, walk->file)) {
		size_t size = strlen(line);

		walk->torn = !size || line[size - 1] != '\n';
		if (walk->torn)
			break;
		error = take_line(walk, line, size - 1);
		if (walk->stopped)
			break;
		walk->size += (off_t)size;
	}
	if (!error && ferror(walk->file))
		error = fathom_error_os(errno, "%s", walk->path);
	/* Only the last one may be without an end. */
	if (!error && walk->torn && !is_past_head(walk) &&
	    fgetc(walk->file) != EOF)
		error = broken(walk, "has no end");
	if (!error && walk->torn && walk->ended)
		error = broken(walk, "stands behind the end of the file");
	free(line);
	return error;
}
