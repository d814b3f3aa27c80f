/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Parser of System.map.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "paging.h"
#include "system_map.h"

/* Debian's are 7 MB. */
#define MAX_FILE       (512ll << 20)
#define ADDRESS_DIGITS 16

struct line {
	uint64_t address;
	char type;
	const char *name;
	size_t length;
};

static bool parse_address(const char *text, uint64_t *ret)
{
	unsigned int digit;

	*ret = 0;
	for (unsigned int i = 0; i < ADDRESS_DIGITS; i++) {
		if (text[i] >= '0' && text[i] <= '9')
			digit = text[i] - '0';
		else if (text[i] >= 'a' && text[i] <= 'f')
			digit = text[i] - 'a' + 10;
		else
			return false;
		*ret = *ret << 4 | digit;
	}
	return true;
}

/* "ADDRESS TYPE NAME" */
static bool parse_line(const char *text, size_t length, struct line *ret)
{
	if (length < ADDRESS_DIGITS + 4 || !parse_address(text, &ret->address))
		return false;
	text += ADDRESS_DIGITS;
	if (text[0] != ' ' || text[2] != ' ')
		return false;
	ret->type = text[1];
	ret->name = text + 3;
	ret->length = length - ADDRESS_DIGITS - 3;
	return true;
}

static bool next_line(const char **text, size_t *left, const char **line,
		      size_t *length)
{
	const char *end;

	if (!*left)
		return false;
	end = memchr(*text, '\n', *left);
	*line = *text;
	*length = end ? (size_t)(end - *text) : *left;
	*text += *length + !!end;
	*left -= *length + !!end;
	return true;
}

static bool find_text(const char *text, size_t size, uint64_t *ret)
{
	struct line parsed;
	const char *line;
	size_t length;

	while (next_line(&text, &size, &line, &length))
		if (parse_line(line, length, &parsed) && parsed.length == 5 &&
		    !memcmp(parsed.name, "_text", 5)) {
			*ret = parsed.address;
			return true;
		}
	return false;
}

static struct fathom_error *add_line(const struct line *line, uint64_t base,
				     struct fathom_table_builder *builder)
{
	if (line->address < FATHOM_TEXT_START)
		return fathom_table_add(builder, line->address, line->type,
					FATHOM_TABLE_ABSOLUTE, line->name,
					line->length);
	if (line->address < base || line->address >= FATHOM_TEXT_END)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"address 0x%llx is outside the kernel",
			(unsigned long long)line->address);
	return fathom_table_add(builder, line->address - base, line->type, 0,
				line->name, line->length);
}

struct fathom_error *fathom_system_map_parse(const char *text, size_t size,
					     uint64_t *link_base,
					     struct fathom_table **ret)
{
	struct fathom_table_builder builder = {};
	struct fathom_error *error;
	size_t number = 0, length;
	struct line parsed;
	const char *line;

	if (!find_text(text, size, link_base) ||
	    *link_base < FATHOM_TEXT_START || *link_base % FATHOM_LARGE_PAGE)
		return fathom_error_create(
			FATHOM_ERROR_FORMAT,
			"no kernel's _text in it (Debian keeps the real one in the kernel's -dbg package)");
	while (next_line(&text, &size, &line, &length)) {
		number++;
		error = parse_line(line, length, &parsed)
				? add_line(&parsed, *link_base, &builder)
				: fathom_error_create(
					  FATHOM_ERROR_FORMAT,
					  "not \"ADDRESS TYPE NAME\"");
		if (error) {
			fathom_table_discard(&builder);
			return fathom_error_prefix(error, "line %zu", number);
		}
	}
	return fathom_table_finish(&builder, ret);
}

static struct fathom_error *read_all(int fd, char *buffer, size_t size)
{
	ssize_t got;

	for (size_t done = 0; done < size; done += got) {
		got = read(fd, buffer + done, size - done);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got < 0)
			return fathom_error_os(errno, "cannot read");
		else if (!got)
			return fathom_error_create(FATHOM_ERROR_FORMAT,
						   "it shrinks while read");
	}
	return NULL;
}

static struct fathom_error *load_file(int fd, uint64_t *link_base,
				      struct fathom_table **ret)
{
	struct fathom_error *error;
	struct stat status;
	char *text;

	if (fstat(fd, &status))
		return fathom_error_os(errno, "cannot stat");
	if (!S_ISREG(status.st_mode) || status.st_size > MAX_FILE)
		return fathom_error_create(FATHOM_ERROR_INVALID_ARGUMENT,
					   "no regular file of sensible size");
	text = malloc(status.st_size + 1);
	if (!text)
		return fathom_error_create(FATHOM_ERROR_NO_MEMORY,
					   "no memory for %lld bytes",
					   (long long)status.st_size);
	error = read_all(fd, text, status.st_size);
	if (!error)
		error = fathom_system_map_parse(text, status.st_size, link_base,
						ret);
	free(text);
	return error;
}

struct fathom_error *fathom_system_map_load(const char *path,
					    uint64_t *link_base,
					    struct fathom_table **ret)
{
	/* A FIFO must not make us wait. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct fathom_error *error;

	if (fd < 0)
		return fathom_error_os(errno, "System.map %s", path);
	error = load_file(fd, link_base, ret);
	close(fd);
	if (error)
		return fathom_error_prefix(error, "System.map %s", path);
	return NULL;
}
