/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See task.h.
 */
#include "task.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree.h"

/* Numbers of fields in stat, as proc(5) counts them. */
enum {
	FIELD_STATE = 3,
	FIELD_PROCESS_GROUP = 5,
	FIELD_SESSION = 6,
	FIELD_NICE = 19,
	FIELD_RT_PRIORITY = 40,
	FIELD_COUNT
};

#define CPUS "\nCpus_allowed:\t"
/* Bytes of a word of the mask: two digits each. */
#define WORD sizeof(unsigned long)

/* Terminated; -EIO if there are NULs in it. */
static int print_text(int number, const char *name, struct tree_bytes *ret)
{
	char path[32];
	char *text;
	int status;

	snprintf(path, sizeof(path), "%d/%s", number, name);
	status = tree_print(path, ret);
	if (status)
		return status;
	text = realloc(ret->bytes, ret->size + 1);
	if (!text)
		return -ENOMEM;
	ret->bytes = text;
	text[ret->size] = 0;
	return strlen(text) == ret->size ? 0 : -EIO;
}

/* Behind the name, which may hold anything. */
static int read_fields(const char *text, long *fields)
{
	const char *at = strrchr(text, ')');
	unsigned int i;
	char *end;

	if (!at)
		return -EIO;
	/* The state is a letter. */
	at += strcspn(at, " ");
	at += strspn(at, " ");
	at += *at != 0;
	for (i = FIELD_STATE + 1; i < FIELD_COUNT; i++) {
		fields[i] = strtol(at, &end, 10);
		if (end == at)
			return -EIO;
		at = end;
	}
	return 0;
}

int task_read(int number, struct task *ret)
{
	struct tree_bytes bytes = {};
	long fields[FIELD_COUNT] = {};
	int status = print_text(number, "stat", &bytes);

	if (!status)
		status = read_fields(bytes.bytes, fields);
	tree_bytes_deinit(&bytes);
	*ret = (struct task){
		.process_group = fields[FIELD_PROCESS_GROUP],
		.session = fields[FIELD_SESSION],
		.nice = fields[FIELD_NICE],
		.rt_priority = fields[FIELD_RT_PRIORITY],
	};
	return status;
}

static unsigned int digit(char text)
{
	if (isdigit((unsigned char)text))
		return (unsigned int)(text - '0');
	return (unsigned int)(tolower((unsigned char)text) - 'a') + 10;
}

/* "ff,ffffffff", highest first, into words, lowest first. */
static int read_mask(const char *text, unsigned char *buffer, size_t size)
{
	size_t length = strspn(text, "0123456789abcdefABCDEF,");
	size_t digits = 0;
	size_t bytes;

	memset(buffer, 0, size);
	while (length--) {
		if (text[length] == ',')
			continue;
		if (digits / 2 == size)
			return -EINVAL;
		buffer[digits / 2] |=
			(unsigned char)(digit(text[length]) << digits % 2 * 4);
		digits++;
	}
	bytes = (digits / 2 + digits % 2 + WORD - 1) / WORD * WORD;
	return bytes > size || !bytes ? -EINVAL : (int)bytes;
}

int task_read_affinity(int number, void *buffer, size_t size)
{
	struct tree_bytes bytes = {};
	int status = print_text(number, "status", &bytes);
	const char *mask;

	if (!status) {
		mask = strstr(bytes.bytes, CPUS);
		status = mask ? read_mask(mask + strlen(CPUS), buffer, size)
			      : -EIO;
	}
	tree_bytes_deinit(&bytes);
	return status;
}
