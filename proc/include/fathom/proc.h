/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The target's /proc as a tree of directories, files and links, made from the
 * target's memory. On one side of this seam is C against kernel headers
 * (proc/files, proc/kernel), on the other side whoever shows the tree
 * (proc/fs): plain C against libc. Neither includes the other's world, so this
 * header needs no other.
 *
 * Paths are relative to /proc, without a slash at either end: "" is /proc
 * itself, "1/status" a file. All functions return 0, or an errno negated:
 * -ENOENT for what is not there, -EIO for what the target's memory does not
 * yield (a line on standard error has said why). What has been emitted before
 * -EIO is good. Single records of a file, and entries of a directory, that the
 * memory does not yield are left out: that is said, too, and is no error.
 */
#ifndef FATHOM_PROC_H
#define FATHOM_PROC_H

enum fathom_proc_kind {
	FATHOM_PROC_DIRECTORY,
	FATHOM_PROC_FILE,
	FATHOM_PROC_LINK,
};

struct fathom_proc_attributes {
	enum fathom_proc_kind kind;
	unsigned int mode; /* permissions, as st_mode's lower 12 bits */
	unsigned int uid;
	unsigned int gid;
	unsigned int links;
	unsigned long long inode;
};

/** What uname(2) answers on the target. */
struct fathom_proc_names {
	char sysname[65];
	char nodename[65];
	char release[65];
	char version[65];
	char machine[65];
	char domainname[65];
};

/** What sysinfo(2) answers there. */
struct fathom_proc_numbers {
	long uptime;		/* seconds */
	unsigned long loads[3]; /* as sysinfo(2) scales them */
	unsigned long long totalram;
	unsigned long long freeram;
	unsigned long long sharedram;
	unsigned long long bufferram;
	unsigned long long totalswap;
	unsigned long long freeswap;
	unsigned short procs;
};

/** What is at @p path. */
int fathom_proc_lookup(const char *path, struct fathom_proc_attributes *ret);

/**
 * Tell all names in directory @p path, without "." and "..".
 *
 * @param[in] emit Returns nonzero to end the listing, which is no error.
 */
int fathom_proc_list(const char *path,
		     int (*emit)(void *context, const char *name,
				 enum fathom_proc_kind kind),
		     void *context);

/**
 * Print file @p path whole.
 *
 * @param[out] attributes What fathom_proc_lookup() would say, for who wants it
 * as well; all zero if it cannot be had. May be NULL.
 * @param[in] emit Called with the bytes, in order, any number of times;
 * returns nonzero to end it, which is no error.
 */
int fathom_proc_print(const char *path,
		      struct fathom_proc_attributes *attributes,
		      int (*emit)(void *context, const void *bytes,
				  unsigned long size),
		      void *context);

/**
 * Where link @p path leads.
 *
 * @return Bytes in @p buffer, which is not terminated, or an errno negated.
 */
long fathom_proc_read_link(const char *path, char *buffer, unsigned long size);

/** What stat(2) on the target says of a file, but for its times. */
struct fathom_proc_file {
	unsigned int mode; /* with its type */
	unsigned int uid;
	unsigned int gid;
	unsigned int links;
	unsigned long long inode;
	unsigned long long size;
	unsigned long long blocks;
	unsigned int device_major; /* it is on */
	unsigned int device_minor;
	unsigned int special_major; /* it is, if it is one */
	unsigned int special_minor;
};

/** What the file is that link @p path leads to, on the target. */
int fathom_proc_follow(const char *path, struct fathom_proc_file *ret);

int fathom_proc_names(struct fathom_proc_names *ret);
int fathom_proc_numbers(struct fathom_proc_numbers *ret);

/** 0 if the target has a process or thread of that number, else -ESRCH. */
int fathom_proc_has_task(int number);

/** 0 if it has processes of the group of that number, else -ESRCH. */
int fathom_proc_has_group(int number);

/** How the kernel schedules a task; see sched(7). */
struct fathom_proc_schedule {
	int policy;		     /* as sched_getscheduler(2) says it */
	unsigned long long interval; /* of a turn, in ns; 0: takes none */
};

/** Of task @p number: 0, or an errno negated. */
int fathom_proc_schedule(int number, struct fathom_proc_schedule *ret);

/**
 * Whether what was asked for last ran into a loop without an end. In a live
 * target that may be a sequence counter which says that the kernel is in the
 * middle of a change, and says so for as long as the epoch lasts: in the next
 * one the answer may be whole.
 */
int fathom_proc_waits(void);

/** Start a new epoch: everything read from now on is from after this call. */
int fathom_proc_refresh(void);

#endif /* FATHOM_PROC_H */
