/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * <fathom/proc.h> as all front-ends show it: names that cannot stand in a path
 * are left out, sizes are bounded, and what the kernel's /proc has as links
 * into "self" is that of the target's process 1, since no process of the
 * target is asking. Functions return 0, or an errno negated.
 */
#ifndef FATHOMFS_TREE_H
#define FATHOMFS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include <fathom/proc.h>

/* Longer paths are not there. */
#define TREE_PATH_MAX 1024

/** Of a file, or names of a directory. Starts out as zeroes. */
struct tree_bytes {
	char *bytes;
	size_t size;
	size_t capacity;
	unsigned int mode; /* of a file: permissions */
	int end; /* what a reader gets behind the last byte: 0 or an error */
};

void tree_bytes_deinit(struct tree_bytes *bytes);

/** -ENOMEM; -EFBIG if it is absurdly large by now. */
int tree_bytes_add(struct tree_bytes *bytes, const void *from, size_t size);

/** One entry of a directory. */
struct tree_entry {
	char *name;
	enum fathom_proc_kind kind;
	bool again; /* one before it has that name */
};

struct tree_list {
	struct tree_entry *entries;
	size_t count;
	size_t capacity;
	size_t refused; /* left out, and said so on standard error */
};

void tree_list_deinit(struct tree_list *list);

/** The same for lists. */
int tree_list_add(struct tree_list *list, const char *name,
		  enum fathom_proc_kind kind);

/**
 * See which of the links beside the processes lead into "self". Must be called
 * before what follows.
 */
int tree_open(void);

/** @p path has no slash at either end; "" is the top. */
int tree_lookup(const char *path, struct fathom_proc_attributes *ret);

/**
 * A name that the target has more than once is there once.
 *
 * @param[out] ret Deinitialised by the caller, whatever is returned.
 */
int tree_list(const char *path, struct tree_list *ret);

/**
 * The whole file; -EFBIG if it is absurdly large.
 *
 * @param[out] ret Deinitialised by the caller, whatever is returned.
 */
int tree_print(const char *path, struct tree_bytes *ret);

/**
 * @param[out] buffer Terminated. A link that does not fit, is empty or holds
 * a NUL is -EIO: no kernel prints such.
 */
int tree_read_link(const char *path, char *buffer, size_t size);

/** The path of @p directory's entry @p name; -ENAMETOOLONG. */
int tree_join(char *buffer, size_t size, const char *directory,
	      const char *name);

/**
 * Start a new epoch if the present one is at least @p seconds old. A target
 * that does not answer is -EIO, and said once on standard error.
 */
int tree_refresh(double seconds);

/** Seconds that it took so far to read the target and to print what is read. */
double tree_seconds(void);

/** What was asked for again of one thing. Starts out as zeroes. */
struct tree_tries {
	unsigned int count;
	struct timespec began;
};

/**
 * Whether what was asked for last may be whole in another epoch: a live
 * target's kernel was in the middle of changing it.
 */
bool tree_may_change(void);

/**
 * Start the epoch for the next try, after a moment.
 *
 * @return False if there have been enough of them, or the target is gone.
 */
bool tree_try_again(struct tree_tries *tries);

/** Say on standard error what @p status is, of @p path. */
void tree_report(const char *path, int status);

#endif /* FATHOMFS_TREE_H */
