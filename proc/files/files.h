/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * The tree of /proc. A *node* is what a path leads to; a *directory* knows how
 * to find and list nodes; a *file* knows how it is printed.
 */
#ifndef FATHOM_PROC_FILES_H
#define FATHOM_PROC_FILES_H

#include <fathom/ids.h>

#include <linux/dcache.h>
#include <fathom-memory.h>
#include <fathom-proc.h>

#include "fathom/proc.h"

/* As the kernel limits names. */
#define PROC_NAME_LIMIT 255

struct proc_node;

/** Who is told the names in a directory. */
struct proc_names {
	int (*emit)(void *context, const char *name,
		    enum fathom_proc_kind kind);
	void *context;
	int ended; /* what emit returned: nonzero to end */
	struct proc_faults *faults;
};

/** How to find and to list what is in a directory. */
struct proc_directory {
	/** Fill in @p ret, which is a copy of the directory's node. */
	int (*find)(const char *name, struct proc_node *ret);
	int (*list)(const struct proc_node *node, struct proc_names *names);
};

/** Where a link leads: bytes in @p buffer, or an errno negated. */
typedef long proc_link(const struct proc_node *node, char *buffer,
		       unsigned long size);

/** A file or directory of the system, in a table. */
struct proc_entry {
	const char *name;
	umode_t mode; /* permissions */
	/* One of these. */
	int (*open)(struct inode *inode, struct file *file);
	int (*show)(struct seq_file *m, void *v);
	source_records *records;
	const struct proc_entry *entries; /* of a directory; ends with {} */
	const struct proc_directory *directory;
	proc_link *link;
	void *(*data)(void); /* what pde_data() returns */
	bool is_net;	     /* of a network namespace */
	/* show: of a variable of so many bytes. NULL: not in this kernel. */
	const void *variable;
	size_t size;
};

/** What a path leads to. */
struct proc_node {
	umode_t mode;		  /* with its type */
	struct task_struct *task; /* whose it is; NULL: the system's */
	struct pid *pid;
	bool thread;	 /* below task/ */
	unsigned int fd; /* below fd/ and fdinfo/ */
	struct net *net; /* below net/ */
	const struct proc_directory *directory;
	const struct proc_entry *entry;
	const struct file_operations *operations;
	union proc_op op;
	const struct proc_ns_operations *namespace;
	proc_link *link;
};

/** What could not be had of one file or directory: said, up to a bound. */
struct proc_faults {
	const char *path;
	unsigned int count;
};

/** Of a file made of records: see print.c. */
struct proc_records {
	const struct seq_operations *own;
	struct proc_faults *faults;
	bool shown; /* one of them at least */
	bool torn;  /* there may be more that cannot be found */
};

/** An inode, and a file, of ours for what the kernel's code is to look at. */
struct proc_opened {
	struct proc_records records;
	struct proc_inode inode;
	struct super_block super;
	struct proc_fs_info info;
	struct dentry dentry;
	struct file file;
};

/** Let them stand for @p node. Released with the kernel's own memory. */
struct proc_opened *proc_open_node(const struct proc_node *node);

/** Tell one name; nonzero to end the listing. */
int proc_tell(struct proc_names *names, const char *name, umode_t mode);

/** A decimal number as /proc writes it; -1 if @p name is none. */
int proc_number(const char *name);

/** Have all processes in the view, at few calls of the agent. */
void proc_read_ahead(void);

/** Find @p name in a table, or list it. */
int proc_find_entry(const struct proc_entry *entries, const char *name,
		    struct proc_node *ret);
int proc_list_entries(const struct proc_entry *entries,
		      struct proc_names *names);

/**
 * Do @p work. A fault in it is said: of what is @p below (NULL: of the path
 * itself).
 *
 * @return What @p work has returned, or -EIO.
 */
long proc_attempt(struct proc_faults *faults, const char *below,
		  long (*work)(void *context), void *context);

/**
 * The same for all of what somebody asks for: nothing that was allocated, or
 * written to the view, outlives it.
 */
long proc_answer(struct proc_faults *faults, long (*work)(void *context),
		 void *context);

/** Print a file whole, but for records that cannot be had. */
int proc_print(const struct proc_node *node, struct proc_faults *faults,
	       int (*emit)(void *context, const void *bytes,
			   unsigned long size),
	       void *context);

extern const struct proc_directory proc_root_directory;
extern const struct proc_directory proc_process_directory;
extern const struct proc_directory proc_table_directory;
extern const struct proc_directory proc_descriptors_directory;
extern const struct proc_directory proc_information_directory;
extern const struct proc_directory proc_namespaces_directory;
extern const struct proc_directory proc_net_directory;
extern const struct proc_directory proc_threads_directory;
extern const struct proc_entry proc_sysctl_entries[];
extern const struct proc_entry proc_sysctl_fs_entries[];
extern const struct proc_entry proc_sysctl_net_entries[];
extern const struct proc_entry proc_sysctl_vm_entries[];
extern const struct proc_entry proc_system_entries[];

/** What @p path leads to. */
int proc_find(const char *path, struct proc_node *ret);

/** Make @p node the directory of a process or thread; -ENOENT if none. */
int proc_find_process(int number, struct proc_node *node);

#endif /* FATHOM_PROC_FILES_H */
