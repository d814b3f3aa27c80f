/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * gather: the files of /proc that standard input names, a line each, as a tar
 * archive on standard output. Those of /proc have no size that a tar could
 * trust. A name that ends with a slash stands for all that is in that folder
 * now; of folders in it, the name alone. What cannot be read is left out.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 512
/* More than any link of /proc, which is a page at most. */
#define LINK_SIZE 8192
/* Some files refuse to be read into a buffer of many megabytes. */
#define PIECE 65536

/* A header of tar's. */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], time[12], sum[8];
	char type;
	char link[100], magic[8], rest[247];
};

_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

static char *bytes;
static size_t capacity;

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "gather: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static void put(const void *from, size_t size)
{
	static const char zeros[BLOCK];
	size_t rest = size % BLOCK;

	if (fwrite(from, 1, size, stdout) != size ||
	    (rest && fwrite(zeros, 1, BLOCK - rest, stdout) != BLOCK - rest))
		die("standard output");
}

static void put_header(const char *name, char type, size_t size,
		       const char *link)
{
	struct header header = {.type = type, .magic = "ustar  "};
	unsigned int sum = 0;

	snprintf(header.name, sizeof(header.name), "%s", name);
	snprintf(header.mode, sizeof(header.mode), "%07o", 0700);
	snprintf(header.size, sizeof(header.size), "%011o", (unsigned int)size);
	snprintf(header.time, sizeof(header.time), "%011o", 0);
	memcpy(header.uid, "0000000", sizeof(header.uid));
	memcpy(header.gid, "0000000", sizeof(header.gid));
	strncpy(header.link, link, sizeof(header.link) - 1);
	memset(header.sum, ' ', sizeof(header.sum));
	for (size_t i = 0; i < sizeof(header); i++)
		sum += ((unsigned char *)&header)[i];
	snprintf(header.sum, sizeof(header.sum), "%06o", sum);
	put(&header, sizeof(header));
}

/* All of it, in `bytes`; negative if it cannot be read. */
static ssize_t read_whole(int fd)
{
	ssize_t size = 0, count;

	do {
		if (capacity - (size_t)size < PIECE) {
			capacity = capacity ? capacity * 2 : 1 << 20;
			bytes = realloc(bytes, capacity);
			if (!bytes)
				die("memory");
		}
		count = read(fd, bytes + size, PIECE);
		size += count;
	} while (count > 0);
	return count < 0 ? count : size;
}

static bool put_link(const char *name)
{
	char target[LINK_SIZE];
	ssize_t length = readlink(name, target, sizeof(target) - 1);

	if (length < 0)
		return false;
	target[length] = 0;
	if (length >= 100) {
		/* As GNU's tar has it: before the header, a file of its own. */
		put_header("long", 'K', (size_t)length + 1, "");
		put(target, (size_t)length + 1);
	}
	put_header(name, '2', 0, target);
	return true;
}

static void gather(const char *name)
{
	int fd;
	ssize_t size;

	if (put_link(name))
		return;
	fd = open(name, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return;
	size = read_whole(fd);
	if (size >= 0) {
		put_header(name, '0', (size_t)size, "");
		put(bytes, (size_t)size);
	} else if (errno == EISDIR) {
		put_header(name, '5', 0, "");
	}
	close(fd);
}

static void gather_all(const char *folder)
{
	char name[4096];
	DIR *stream = opendir(folder);
	struct dirent *entry;

	if (!stream)
		return;
	snprintf(name, sizeof(name), "%s", folder);
	name[strlen(name) - 1] = 0;
	gather(name);
	while ((entry = readdir(stream))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s%s", folder, entry->d_name);
		gather(name);
	}
	closedir(stream);
}

int main(void)
{
	static const char end[2 * BLOCK];
	char *name = NULL;
	size_t size = 0;
	ssize_t length;

	if (chdir("/proc"))
		die("/proc");
	while ((length = getline(&name, &size, stdin)) > 1) {
		name[--length] = 0;
		if (name[length - 1] == '/')
			gather_all(name);
		else
			gather(name);
	}
	free(name);
	put(end, sizeof(end));
	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
