/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See tree.h.
 */
#include "tree.h"

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "printable.h"

/* kallsyms of a kernel with all its modules has some 15 MB. */
#define MAX_FILE_SIZE ((size_t)256 << 20)
/* As many as the kernel has numbers for processes. */
#define MAX_ENTRIES ((size_t)4 << 20)
/* A CPU that does not get on for longer is one that is paused. */
#define MAX_TRIES	 4
#define MAX_TRY_SECONDS	 1
#define TRY_MILLISECONDS 5
#define RETRY_SECONDS	 1
/* Links of the top into "self": mounts, net. */
#define MAX_ALIASES 16
#define SELF	    "self/"

struct alias {
	char name[NAME_MAX + 1];
	char to[TREE_PATH_MAX];
};

static struct alias aliases[MAX_ALIASES];
static size_t alias_count;

void tree_bytes_deinit(struct tree_bytes *bytes)
{
	free(bytes->bytes);
	*bytes = (struct tree_bytes){};
}

void tree_list_deinit(struct tree_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->entries[i].name);
	free(list->entries);
	*list = (struct tree_list){};
}

void tree_report(const char *path, int status)
{
	char *name = printable(path);

	warnx("%s: %s", *name ? name : "/", strerror(-status));
	free(name);
}

static int to_error(int status)
{
	if (status >= 0)
		return 0;
	return status >= -4095 ? status : -EIO;
}

/* How long the target's files took to make, in all. */
static double spent;

static double age(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - since->tv_sec) +
	       (double)(now.tv_nsec - since->tv_nsec) / 1e9;
}

static struct timespec begin(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now;
}

double tree_seconds(void)
{
	return spent;
}

int tree_join(char *buffer, size_t size, const char *directory,
	      const char *name)
{
	int length = snprintf(buffer, size, "%s%s%s", directory,
			      *directory ? "/" : "", name);

	return length < 0 || (size_t)length >= size ? -ENAMETOOLONG : 0;
}

/* Where @p path is in <fathom/proc.h>: itself, or an alias in @p buffer. */
static const char *resolve(const char *path, char *buffer, size_t size)
{
	size_t first = strcspn(path, "/");
	const char *rest = path[first] ? path + first + 1 : "";
	size_t i;

	for (i = 0; i < alias_count; i++) {
		if (strlen(aliases[i].name) != first ||
		    strncmp(aliases[i].name, path, first) != 0)
			continue;
		if (!*rest)
			return aliases[i].to;
		/* Too long a path is no path of the target. */
		return tree_join(buffer, size, aliases[i].to, rest) ? path
								    : buffer;
	}
	return path;
}

int tree_lookup(const char *path, struct fathom_proc_attributes *ret)
{
	char buffer[TREE_PATH_MAX];
	struct timespec start = begin();
	int status;

	if (strlen(path) >= TREE_PATH_MAX)
		return -ENAMETOOLONG;
	status = fathom_proc_lookup(resolve(path, buffer, sizeof(buffer)), ret);
	spent += age(&start);
	return to_error(status);
}

/* No kernel has control characters in these names. */
static bool is_sane(const char *name)
{
	size_t length = strlen(name);
	size_t i;

	for (i = 0; i < length; i++)
		if (name[i] == '/' || iscntrl((unsigned char)name[i]))
			return false;
	return length && length <= NAME_MAX && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

static void refuse_name(const char *path, const char *name)
{
	char *directory = printable(path);
	char *text = printable(name);

	warnx("%s: left out an entry with the name '%.300s'",
	      *directory ? directory : "/", text);
	free(directory);
	free(text);
}

struct listing {
	const char *path;
	struct tree_list *list;
	int status;
};

static struct tree_entry *new_entry(struct tree_list *list)
{
	size_t capacity = list->capacity ? list->capacity * 2 : 64;
	struct tree_entry *entries;

	if (list->count == list->capacity) {
		entries =
			reallocarray(list->entries, capacity, sizeof(*entries));
		if (!entries)
			return NULL;
		list->entries = entries;
		list->capacity = capacity;
	}
	return &list->entries[list->count];
}

int tree_list_add(struct tree_list *list, const char *name,
		  enum fathom_proc_kind kind)
{
	struct tree_entry *entry;

	if (list->count == MAX_ENTRIES)
		return -EFBIG;
	entry = new_entry(list);
	if (!entry)
		return -ENOMEM;
	entry->kind = kind;
	entry->again = false;
	entry->name = strdup(name);
	if (!entry->name)
		return -ENOMEM;
	list->count++;
	return 0;
}

static int add_entry(void *context, const char *name,
		     enum fathom_proc_kind kind)
{
	struct listing *listing = context;

	if (!is_sane(name)) {
		refuse_name(listing->path, name);
		listing->list->refused++;
		return 0;
	}
	listing->status = tree_list_add(listing->list, name, kind);
	return listing->status;
}

static void report_duplicates(const char *path, size_t count)
{
	char *directory = printable(path);

	warnx("%s: %zu names are there more than once",
	      *directory ? directory : "/", count);
	free(directory);
}

static int compare_names(const void *a, const void *b)
{
	const struct tree_entry *first = *(struct tree_entry *const *)a;
	const struct tree_entry *second = *(struct tree_entry *const *)b;
	int order = strcmp(first->name, second->name);

	if (order)
		return order;
	return first < second ? -1 : first > second;
}

/*
 * One name, one entry: a list of the target's that is changing, or made to, has
 * one twice. The first stays, and with it the order.
 */
static int drop_duplicates(const char *path, struct tree_list *list)
{
	struct tree_entry **sorted;
	size_t kept = 0;
	size_t i;

	if (list->count < 2)
		return 0;
	sorted = reallocarray(NULL, list->count, sizeof(struct tree_entry *));
	if (!sorted)
		return -ENOMEM;
	for (i = 0; i < list->count; i++)
		sorted[i] = &list->entries[i];
	qsort(sorted, list->count, sizeof(struct tree_entry *), compare_names);
	for (i = 1; i < list->count; i++)
		sorted[i]->again =
			!strcmp(sorted[i]->name, sorted[i - 1]->name);
	free(sorted);
	for (i = 0; i < list->count; i++) {
		if (list->entries[i].again)
			free(list->entries[i].name);
		else
			list->entries[kept++] = list->entries[i];
	}
	if (kept < list->count)
		report_duplicates(path, list->count - kept);
	list->count = kept;
	return 0;
}

/* What an alias leads to is what is seen. */
static void resolve_kinds(struct tree_list *list)
{
	struct fathom_proc_attributes attributes;
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list->entries[i].kind != FATHOM_PROC_LINK)
			continue;
		if (!tree_lookup(list->entries[i].name, &attributes))
			list->entries[i].kind = attributes.kind;
	}
}

int tree_list(const char *path, struct tree_list *ret)
{
	struct listing listing = {.path = path, .list = ret};
	char buffer[TREE_PATH_MAX];
	struct timespec start = begin();
	int status;

	*ret = (struct tree_list){};
	if (strlen(path) >= TREE_PATH_MAX)
		return -ENAMETOOLONG;
	status = fathom_proc_list(resolve(path, buffer, sizeof(buffer)),
				  add_entry, &listing);
	spent += age(&start);
	if (!listing.status)
		listing.status = drop_duplicates(path, ret);
	if (!*path)
		resolve_kinds(ret);
	return listing.status ? listing.status : to_error(status);
}

struct printing {
	struct tree_bytes *bytes;
	int status;
};

static int make_room(struct tree_bytes *bytes, size_t size)
{
	size_t capacity = bytes->capacity ? bytes->capacity : 4096;
	char *larger;

	if (size > MAX_FILE_SIZE - bytes->size)
		return -EFBIG;
	while (capacity - bytes->size < size)
		capacity *= 2;
	if (capacity == bytes->capacity)
		return 0;
	larger = realloc(bytes->bytes, capacity);
	if (!larger)
		return -ENOMEM;
	bytes->bytes = larger;
	bytes->capacity = capacity;
	return 0;
}

int tree_bytes_add(struct tree_bytes *bytes, const void *from, size_t size)
{
	int status = make_room(bytes, size);

	if (status)
		return status;
	if (size)
		memcpy(bytes->bytes + bytes->size, from, size);
	bytes->size += size;
	return 0;
}

static int add_bytes(void *context, const void *from, unsigned long size)
{
	struct printing *printing = context;

	printing->status = tree_bytes_add(printing->bytes, from, size);
	return printing->status;
}

int tree_print(const char *path, struct tree_bytes *ret)
{
	struct printing printing = {.bytes = ret};
	struct fathom_proc_attributes attributes = {};
	char buffer[TREE_PATH_MAX];
	struct timespec start = begin();
	int status;

	*ret = (struct tree_bytes){};
	if (strlen(path) >= TREE_PATH_MAX)
		return -ENAMETOOLONG;
	status = fathom_proc_print(resolve(path, buffer, sizeof(buffer)),
				   &attributes, add_bytes, &printing);
	ret->mode = attributes.mode;
	spent += age(&start);
	return printing.status ? printing.status : to_error(status);
}

int tree_read_link(const char *path, char *buffer, size_t size)
{
	char resolved[TREE_PATH_MAX];
	struct timespec start = begin();
	long length;

	if (strlen(path) >= TREE_PATH_MAX)
		return -ENAMETOOLONG;
	length = fathom_proc_read_link(
		resolve(path, resolved, sizeof(resolved)), buffer, size);
	spent += age(&start);
	if (length < 0)
		return length >= -4095 ? (int)length : -EIO;
	if (!length || (size_t)length >= size || memchr(buffer, 0, length))
		return -EIO;
	buffer[length] = 0;
	return 0;
}

/* Where a link of the top leads, below it; NULL if elsewhere. */
static const char *alias_target(const char *link)
{
	static char to[TREE_PATH_MAX];

	if (*link == '/' || strstr(link, ".."))
		return NULL;
	if (strncmp(link, SELF, strlen(SELF)) != 0)
		return link;
	return tree_join(to, sizeof(to), "1", link + strlen(SELF)) ? NULL : to;
}

static void add_alias(const char *name)
{
	struct alias *alias = &aliases[alias_count];
	char link[TREE_PATH_MAX];
	const char *to;

	if (alias_count == MAX_ALIASES ||
	    tree_read_link(name, link, sizeof(link)))
		return;
	to = alias_target(link);
	if (!to)
		return;
	snprintf(alias->name, sizeof(alias->name), "%s", name);
	snprintf(alias->to, sizeof(alias->to), "%s", to);
	alias_count++;
}

int tree_open(void)
{
	struct tree_list top;
	size_t i;
	int status;

	alias_count = 0;
	status = tree_list("", &top);
	for (i = 0; i < top.count; i++)
		if (top.entries[i].kind == FATHOM_PROC_LINK)
			add_alias(top.entries[i].name);
	/* What was listed before it failed is good; who lists it is told. */
	if (top.count)
		status = 0;
	tree_list_deinit(&top);
	return status;
}

int tree_refresh(double seconds)
{
	static struct timespec last;
	static int failed;
	int status;

	/* Nor is a target that does not answer asked at every name. */
	if (failed && seconds < RETRY_SECONDS)
		seconds = RETRY_SECONDS;
	if (age(&last) < seconds)
		return failed ? -EIO : 0;
	status = fathom_proc_refresh();
	if (status && !failed)
		warnx("the target cannot be looked at anew: %s",
		      strerror(-status));
	failed = status;
	/* After the call: what it took is no age. */
	clock_gettime(CLOCK_MONOTONIC, &last);
	return status ? -EIO : 0;
}

/* A dump says the same for ever. */
static bool is_dump(void)
{
	static const char dump[] = "dump:";
	const char *target = getenv("FATHOM_TARGET");

	return target && !strncmp(target, dump, strlen(dump));
}

bool tree_may_change(void)
{
	return fathom_proc_waits() && !is_dump();
}

bool tree_try_again(struct tree_tries *tries)
{
	static const struct timespec moment = {.tv_nsec = TRY_MILLISECONDS *
							  1000000L};

	if (!tries->count)
		clock_gettime(CLOCK_MONOTONIC, &tries->began);
	if (tries->count == MAX_TRIES || age(&tries->began) > MAX_TRY_SECONDS)
		return false;
	tries->count++;
	nanosleep(&moment, NULL);
	return !tree_refresh(0);
}
