/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The /proc of this machine, as if it had been made from a target's memory:
 * what tools print through `fathom proc exec` must then be what they print
 * here without it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <fathom/proc.h>

/* Opened once: /proc of this process, whoever's is mounted there later. */
static int top(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd;
}

/* *at() functions want a name for the folder itself. */
static const char *named(const char *path)
{
	return *path ? path : ".";
}

int fathom_proc_lookup(const char *path, struct fathom_proc_attributes *ret)
{
	struct stat attributes;

	if (fstatat(top(), named(path), &attributes, AT_SYMLINK_NOFOLLOW))
		return -errno;
	*ret = (struct fathom_proc_attributes){
		.kind = S_ISDIR(attributes.st_mode)   ? FATHOM_PROC_DIRECTORY
			: S_ISLNK(attributes.st_mode) ? FATHOM_PROC_LINK
						      : FATHOM_PROC_FILE,
		.mode = attributes.st_mode & 07777,
		.uid = attributes.st_uid,
		.gid = attributes.st_gid,
		.links = (unsigned int)attributes.st_nlink,
		.inode = attributes.st_ino,
	};
	return 0;
}

static enum fathom_proc_kind kind_of(unsigned char type)
{
	switch (type) {
	case DT_DIR:
		return FATHOM_PROC_DIRECTORY;
	case DT_LNK:
		return FATHOM_PROC_LINK;
	default:
		return FATHOM_PROC_FILE;
	}
}

static int is_of_asker(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..") ||
	       !strcmp(name, "self") || !strcmp(name, "thread-self");
}

int fathom_proc_list(const char *path,
		     int (*emit)(void *context, const char *name,
				 enum fathom_proc_kind kind),
		     void *context)
{
	int fd = openat(top(), named(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!stream)
		return -errno;
	while ((entry = readdir(stream)))
		if (!is_of_asker(entry->d_name) &&
		    emit(context, entry->d_name, kind_of(entry->d_type)))
			break;
	closedir(stream);
	return 0;
}

int fathom_proc_print(const char *path,
		      struct fathom_proc_attributes *attributes,
		      int (*emit)(void *context, const void *bytes,
				  unsigned long size),
		      void *context)
{
	int fd = openat(top(), path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	static char bytes[65536];
	ssize_t size;
	int status;

	if (fd < 0)
		return -errno;
	if (attributes)
		fathom_proc_lookup(path, attributes);
	while ((size = read(fd, bytes, sizeof(bytes))) > 0)
		if (emit(context, bytes, (unsigned long)size))
			break;
	status = size < 0 ? -errno : 0;
	close(fd);
	return status;
}

long fathom_proc_read_link(const char *path, char *buffer, unsigned long size)
{
	ssize_t length = readlinkat(top(), path, buffer, size);

	return length < 0 ? -errno : length;
}

int fathom_proc_follow(const char *path, struct fathom_proc_file *ret)
{
	struct statx file;

	/* It may be a file of our own mount: that one is not to be asked. */
	if (statx(top(), path, AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &file))
		return -errno;
	*ret = (struct fathom_proc_file){
		.mode = file.stx_mode,
		.uid = file.stx_uid,
		.gid = file.stx_gid,
		.links = file.stx_nlink,
		.inode = file.stx_ino,
		.size = file.stx_size,
		.blocks = file.stx_blocks,
		.device_major = file.stx_dev_major,
		.device_minor = file.stx_dev_minor,
		.special_major = file.stx_rdev_major,
		.special_minor = file.stx_rdev_minor,
	};
	return 0;
}

int fathom_proc_names(struct fathom_proc_names *ret)
{
	struct utsname name;

	if (uname(&name))
		return -errno;
	memcpy(ret->sysname, name.sysname, sizeof(name.sysname));
	memcpy(ret->nodename, name.nodename, sizeof(name.nodename));
	memcpy(ret->release, name.release, sizeof(name.release));
	memcpy(ret->version, name.version, sizeof(name.version));
	memcpy(ret->machine, name.machine, sizeof(name.machine));
	memcpy(ret->domainname, name.domainname, sizeof(name.domainname));
	return 0;
}

int fathom_proc_numbers(struct fathom_proc_numbers *ret)
{
	struct sysinfo info;

	if (sysinfo(&info))
		return -errno;
	*ret = (struct fathom_proc_numbers){
		.uptime = info.uptime,
		.loads = {info.loads[0], info.loads[1], info.loads[2]},
		.totalram = info.totalram * info.mem_unit,
		.freeram = info.freeram * info.mem_unit,
		.sharedram = info.sharedram * info.mem_unit,
		.bufferram = info.bufferram * info.mem_unit,
		.totalswap = info.totalswap * info.mem_unit,
		.freeswap = info.freeswap * info.mem_unit,
		.procs = info.procs,
	};
	return 0;
}

int fathom_proc_has_task(int number)
{
	char path[16];

	snprintf(path, sizeof(path), "%d", number);
	return number > 0 && !faccessat(top(), path, F_OK, 0) ? 0 : -ESRCH;
}

int fathom_proc_has_group(int number)
{
	return getpgid(number) == number ? 0 : -ESRCH;
}

int fathom_proc_schedule(int number, struct fathom_proc_schedule *ret)
{
	struct timespec interval;

	ret->policy = sched_getscheduler(number);
	if (ret->policy < 0 || sched_rr_get_interval(number, &interval))
		return -errno;
	ret->interval = (unsigned long long)interval.tv_sec * 1000000000 +
			(unsigned long long)interval.tv_nsec;
	return 0;
}

int fathom_proc_waits(void)
{
	return 0;
}

int fathom_proc_refresh(void)
{
	return 0;
}
