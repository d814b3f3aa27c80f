/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See snapshot.h.
 *
 * Names and links are the target's, so every step is made from the open
 * folder it belongs to, and nothing that is there is followed or written into.
 */
#include "snapshot.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "status.h"
#include "tree.h"

/* 1/task/2/net/stat has five. */
#define MAX_DEPTH 32
/* More is no chance, but a kernel that makes us wait. */
#define MAX_WAITING 64
/* Progress is shown from here on, and as often. */
#define DELAY_SECONDS	 2
#define INTERVAL_SECONDS 0.2

struct snapshot {
	const struct fathomfs_options *options;
	unsigned long written;
	unsigned long left_out;
	struct timespec began;
	double shown; /* when, seconds since it began */
	bool terminal;
	/* What waits for the target's kernel, for a later picture. */
	struct tree_list waiting;
	bool again; /* that is the present one */
	bool last;  /* and there will be no other */
};

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	interrupted = number;
}

static void catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = interrupt,
				   .sa_flags = SA_RESTART};
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

static double seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) +
	       (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static void erase_progress(struct snapshot *snapshot)
{
	if (snapshot->shown > 0)
		fputs("\r\033[K", stderr);
	snapshot->shown = 0;
}

static void show_progress(struct snapshot *snapshot, const char *path)
{
	double now;

	if (!snapshot->terminal)
		return;
	now = seconds_since(&snapshot->began);
	if (now < DELAY_SECONDS || now < snapshot->shown + INTERVAL_SECONDS)
		return;
	snapshot->shown = now;
	/* The first part of a path is a number or a name of our own table. */
	fprintf(stderr, "\r%lu files written, now /proc/%.*s\033[K",
		snapshot->written, (int)strcspn(path, "/"), path);
}

static void leave_out(struct snapshot *snapshot, const char *path, int status)
{
	erase_progress(snapshot);
	tree_report(path, status);
	snapshot->left_out++;
}

/*
 * What the kernel, too, says "no such file" or "no such process" to, though it
 * lists it: links of kernel threads, what has just ended.
 */
static bool is_absent(int status)
{
	return status == -ENOENT || status == -ESRCH;
}

/* In a later picture, it was there before. */
static bool is_no_loss(const struct snapshot *snapshot, int status)
{
	return is_absent(status) && !snapshot->again;
}

/* How many parts @p text has, as a path. */
static size_t count_parts(const char *text)
{
	size_t count = 1;

	for (; *text; text++)
		count += *text == '/';
	return count;
}

/* The first @p count parts of @p text. */
static char *first_parts(const char *text, size_t count)
{
	const char *end = text;

	while (*end && (*end != '/' || --count))
		end++;
	return strndup(text, (size_t)(end - text));
}

/* Whether @p path is what the glob says, below it, or on the way to it. */
static bool is_near(const char *glob, const char *path, bool directory)
{
	size_t glob_parts = count_parts(glob);
	size_t path_parts = count_parts(path);
	size_t parts = glob_parts < path_parts ? glob_parts : path_parts;
	bool result = false;
	char *a, *b;

	if (glob_parts > path_parts && !directory)
		return false;
	a = first_parts(glob, parts);
	b = first_parts(path, parts);
	if (a && b)
		result = !fnmatch(a, b, FNM_PATHNAME);
	free(a);
	free(b);
	return result;
}

static bool is_wanted(const struct snapshot *snapshot, const char *path,
		      bool directory)
{
	const struct fathomfs_options *options = snapshot->options;
	size_t i;

	for (i = 0; i < options->only_count; i++)
		if (is_near(options->only[i], path, directory))
			return true;
	return !options->only_count;
}

/*
 * All of a snapshot is one picture. So what its kernel was in the middle of
 * changing is left for the end, when nothing else is read any more.
 */
static bool is_left_for_later(struct snapshot *snapshot, const char *path,
			      enum fathom_proc_kind kind)
{
	return tree_may_change() && !snapshot->last &&
	       snapshot->waiting.count < MAX_WAITING &&
	       !tree_list_add(&snapshot->waiting, path, kind);
}

/*
 * With --force, what was there before goes, even if nothing will take its
 * place: it would be taken for this target's. A folder is kept.
 */
static void make_way(const struct snapshot *snapshot, int directory,
		     const char *name)
{
	if (snapshot->options->force || snapshot->again)
		unlinkat(directory, name, 0);
}

static int write_all(int fd, const struct tree_bytes *bytes)
{
	size_t done = 0;

	while (done < bytes->size) {
		ssize_t count =
			write(fd, bytes->bytes + done, bytes->size - done);

		if (count < 0 && errno != EINTR)
			return -errno;
		done += count > 0 ? (size_t)count : 0;
	}
	return 0;
}

/* Ends the process when our own disk is the trouble. */
static void must(int status, const char *path)
{
	if (status < 0)
		errx(STATUS_TOOL_FAILED, "writing %s: %s", path,
		     strerror(-status));
}

/*
 * What our file system does not take of the target's: links that are too long,
 * or something under a name that has been written already.
 */
static bool is_refused(int status)
{
	return status == -EEXIST || status == -ENAMETOOLONG;
}

/* The same of what opens something. */
static int opened(int fd, const char *path)
{
	if (fd < 0)
		err(STATUS_TOOL_FAILED, "writing %s", path);
	return fd;
}

/* The owner may read and remove what belongs to a snapshot. */
static mode_t mode_of(const char *path, mode_t least)
{
	struct fathom_proc_attributes attributes = {};

	if (tree_lookup(path, &attributes))
		return least;
	return (attributes.mode & 0777) | least;
}

/* 0, or why our file system does not take it. */
static int keep_file(struct snapshot *snapshot, int directory, const char *name,
		     const char *path, const struct tree_bytes *bytes)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd;

	fd = openat(directory, name, flags, 0600);
	if (fd < 0 && is_refused(-errno))
		return -errno;
	opened(fd, path);
	must(write_all(fd, bytes), path);
	must(fchmod(fd, (bytes->mode & 0777) | 0600) ? -errno : 0, path);
	must(close(fd) ? -errno : 0, path);
	snapshot->written++;
	return 0;
}

static void write_file(struct snapshot *snapshot, int directory,
		       const char *name, const char *path)
{
	struct tree_bytes bytes;
	int status;

	make_way(snapshot, directory, name);
	status = tree_print(path, &bytes);
	if (is_left_for_later(snapshot, path, FATHOM_PROC_FILE)) {
		tree_bytes_deinit(&bytes);
		return;
	}
	/* What came before a fault is good. */
	if (!status || (status == -EIO && bytes.size)) {
		int refused =
			keep_file(snapshot, directory, name, path, &bytes);

		status = refused ? refused : status;
	}
	if (status && !is_no_loss(snapshot, status))
		leave_out(snapshot, path, status);
	tree_bytes_deinit(&bytes);
}

static void write_link(struct snapshot *snapshot, int directory,
		       const char *name, const char *path)
{
	char to[4096];
	int status;

	make_way(snapshot, directory, name);
	status = tree_read_link(path, to, sizeof(to));
	if (is_left_for_later(snapshot, path, FATHOM_PROC_LINK) ||
	    is_no_loss(snapshot, status))
		return;
	if (status) {
		leave_out(snapshot, path, status);
		return;
	}
	status = symlinkat(to, directory, name) ? -errno : 0;
	if (is_refused(status)) {
		leave_out(snapshot, path, status);
		return;
	}
	must(status, path);
	snapshot->written++;
}

static int open_below(int directory, const char *name)
{
	return openat(directory, name,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void write_directory(struct snapshot *snapshot, int directory,
			    const char *path, unsigned int depth);

static void write_below(struct snapshot *snapshot, int directory,
			const char *name, const char *path, unsigned int depth)
{
	unsigned long written = snapshot->written;
	int fd;

	if (depth == MAX_DEPTH) {
		leave_out(snapshot, path, -ELOOP);
		return;
	}
	if (mkdirat(directory, name, 0700) && errno != EEXIST)
		must(-errno, path);
	fd = opened(open_below(directory, name), path);
	write_directory(snapshot, fd, path, depth);
	must(fchmod(fd, mode_of(path, 0700)) ? -errno : 0, path);
	close(fd);
	/* Nothing was wanted of it. */
	if (snapshot->options->only_count && snapshot->written == written)
		unlinkat(directory, name, AT_REMOVEDIR);
}

static void write_entry(struct snapshot *snapshot, int directory,
			const struct tree_entry *entry, const char *path,
			unsigned int depth)
{
	bool is_directory = entry->kind == FATHOM_PROC_DIRECTORY;

	if (!is_wanted(snapshot, path, is_directory))
		return;
	show_progress(snapshot, path);
	if (is_directory)
		write_below(snapshot, directory, entry->name, path, depth + 1);
	else if (entry->kind == FATHOM_PROC_LINK)
		write_link(snapshot, directory, entry->name, path);
	else
		write_file(snapshot, directory, entry->name, path);
}

/* Its entries, into the open folder @p directory. */
static void write_directory(struct snapshot *snapshot, int directory,
			    const char *path, unsigned int depth)
{
	struct tree_list list;
	char below[TREE_PATH_MAX];
	int status = tree_list(path, &list);
	size_t i;

	snapshot->left_out += list.refused;
	/* What was listed before it failed is good. */
	if (status && !is_absent(status))
		leave_out(snapshot, path, status);
	for (i = 0; i < list.count && !interrupted; i++) {
		status = tree_join(below, sizeof(below), path,
				   list.entries[i].name);
		if (status)
			leave_out(snapshot, path, status);
		else
			write_entry(snapshot, directory, &list.entries[i],
				    below, depth);
	}
	tree_list_deinit(&list);
}

/* The folder that @p path is in, below @p top; sets @p name to the rest. */
static int open_parent(int top, const char *path, const char **name)
{
	int directory = opened(dup(top), path);
	const char *slash;

	while ((slash = strchr(path, '/'))) {
		char part[NAME_MAX + 1];
		int below;

		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		/* With nothing else in it, it was removed. */
		if (mkdirat(directory, part, 0700) && errno != EEXIST)
			must(-errno, path);
		below = opened(open_below(directory, part), path);
		close(directory);
		directory = below;
		path = slash + 1;
	}
	*name = path;
	return directory;
}

static void write_again(struct snapshot *snapshot, int top,
			const struct tree_entry *entry)
{
	unsigned long left_out = snapshot->left_out;
	size_t waiting = snapshot->waiting.count;
	const char *name;
	int directory = open_parent(top, entry->name, &name);

	if (entry->kind == FATHOM_PROC_LINK)
		write_link(snapshot, directory, name, entry->name);
	else
		write_file(snapshot, directory, name, entry->name);
	close(directory);
	if (left_out == snapshot->left_out &&
	    waiting == snapshot->waiting.count)
		warnx("%s: is younger than the rest: the target was changing it",
		      entry->name);
}

/* Pictures of their own, up to a bound, for what is not whole in the one. */
static void write_waiting(struct snapshot *snapshot, int top)
{
	struct tree_tries tries = {};

	while (snapshot->waiting.count && !interrupted) {
		struct tree_list waiting = snapshot->waiting;
		size_t i;

		erase_progress(snapshot);
		snapshot->waiting = (struct tree_list){};
		snapshot->again = true;
		snapshot->last = !tree_try_again(&tries);
		for (i = 0; i < waiting.count && !interrupted; i++)
			write_again(snapshot, top, &waiting.entries[i]);
		tree_list_deinit(&waiting);
	}
	tree_list_deinit(&snapshot->waiting);
}

static bool is_empty(int directory)
{
	int copy = dup(directory);
	DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	bool empty = true;

	if (!stream)
		err(STATUS_TOOL_FAILED, "reading the folder");
	while ((entry = readdir(stream)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			empty = false;
	closedir(stream);
	return empty;
}

static int open_folder(const struct fathomfs_options *options)
{
	const char *path = options->directory;
	int fd;

	/* It may hold other users' environments. */
	if (mkdir(path, 0700) && errno != EEXIST)
		err(STATUS_TOOL_FAILED, "%s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		err(STATUS_TOOL_FAILED, "%s", path);
	if (!options->force && !is_empty(fd))
		errx(STATUS_TOOL_FAILED,
		     "%s is not empty (--force writes into it all the same)",
		     path);
	return fd;
}

/* As libfathom, which says the rest. */
static bool wants_statistics(void)
{
	const char *value = getenv("FATHOM_STATISTICS");

	return value && *value && strcmp(value, "0") != 0;
}

static int finish(struct snapshot *snapshot)
{
	erase_progress(snapshot);
	if (wants_statistics())
		warnx("%.4f seconds to read the target and print %lu files",
		      tree_seconds(), snapshot->written);
	if (interrupted) {
		warnx("interrupted; %lu files are in %s", snapshot->written,
		      snapshot->options->directory);
		signal(interrupted, SIG_DFL);
		raise(interrupted);
	}
	if (!snapshot->left_out)
		return EXIT_SUCCESS;
	warnx("%lu files written, %lu left out for what is said above",
	      snapshot->written, snapshot->left_out);
	return STATUS_NEGATIVE;
}

int fathomfs_snapshot(const struct fathomfs_options *options)
{
	struct snapshot snapshot = {
		.options = options,
		.terminal = isatty(STDERR_FILENO),
	};
	int directory = open_folder(options);

	catch_signals();
	clock_gettime(CLOCK_MONOTONIC, &snapshot.began);
	write_directory(&snapshot, directory, "", 0);
	write_waiting(&snapshot, directory);
	close(directory);
	return finish(&snapshot);
}
