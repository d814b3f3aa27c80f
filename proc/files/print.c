// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/*
 * Reading a file as the kernel does: an inode and a file of ours stand for
 * those that would exist if a process of the target had opened it.
 */
#include "files.h"

#include <linux/nsproxy.h>
#include <linux/seq_file_net.h>

/* Most files fit; the others are read in pieces. */
#define PIECE_SIZE (64 * 1024)

struct proc_opened *proc_open_node(const struct proc_node *node)
{
	struct proc_opened *opened = source_allocate(1, sizeof(*opened));
	struct inode *inode;

	if (!opened)
		return NULL;
	inode = &opened->inode.vfs_inode;
	opened->info.pid_ns = &init_pid_ns;
	opened->super.s_fs_info = &opened->info;
	opened->dentry.d_sb = &opened->super;
	opened->dentry.d_inode = inode;
	inode->i_sb = &opened->super;
	inode->i_mode = node->mode;
	if (node->entry && node->entry->data)
		inode->i_private = node->entry->data();
	opened->inode.pid = node->pid;
	opened->inode.fd = node->fd;
	opened->inode.op = node->op;
	opened->inode.ns_ops = node->namespace;
	opened->file.f_inode = inode;
	opened->file.f_path.dentry = &opened->dentry;
	opened->file.f_mode = FMODE_READ | FMODE_PREAD;
	opened->file.f_cred = current->cred;
	opened->file.f_op = node->operations;
	return opened;
}

/* More than any iterator's state takes; the kernel allocates it zeroed, too. */
#define STATE_SIZE 4096

static int open_records(const struct proc_node *node,
			struct proc_opened *opened)
{
	const struct proc_entry *entry = node->entry;
	struct seq_net_private *state;

	state = __seq_open_private(&opened->file, entry->records(), STATE_SIZE);
	if (!state)
		return -ENOMEM;
	if (entry->is_net)
		state->net = node->net;
	return 0;
}

static int open_entry(const struct proc_node *node, struct proc_opened *opened)
{
	const struct proc_entry *entry = node->entry;

	if (entry->open)
		return entry->open(&opened->inode.vfs_inode, &opened->file);
	if (entry->show)
		return single_open(&opened->file, entry->show,
				   entry->is_net ? node->net : (void *)entry);
	return open_records(node, opened);
}

/* --- Records -------------------------------------------------------------- */

/*
 * A file made of records loses those that cannot be had, and no others: what
 * the kernel calls to get and to print them is called from here.
 */
struct record {
	struct seq_file *m;
	void *v;
	loff_t *position;
	struct proc_records *records;
	int status;
};

static struct record record_of(struct seq_file *m, void *v, loff_t *position)
{
	struct proc_opened *opened =
		container_of(m->file, struct proc_opened, file);

	return (struct record){m, v, position, &opened->records, 0};
}

static long start_record(void *context)
{
	struct record *record = context;

	record->v = record->records->own->start(record->m, record->position);
	return 0;
}

static long next_record(void *context)
{
	struct record *record = context;

	record->v = record->records->own->next(record->m, record->v,
					       record->position);
	return 0;
}

static long stop_record(void *context)
{
	const struct record *record = context;

	record->records->own->stop(record->m, record->v);
	return 0;
}

static long show_record(void *context)
{
	struct record *record = context;

	record->status = record->records->own->show(record->m, record->v);
	return 0;
}

/* More are no mishap: a hostile kernel shall not make us look for ever. */
#define MAX_LOST 1024

/* Where the next one would be nobody knows: the file ends. */
static void *take(struct record *record, long (*how)(void *context))
{
	if (!proc_attempt(record->records->faults, NULL, how, record))
		return record->v;
	record->records->torn = true;
	return NULL;
}

static void *guarded_start(struct seq_file *m, loff_t *position)
{
	struct record record = record_of(m, NULL, position);

	return record.records->torn ? NULL : take(&record, start_record);
}

static void *guarded_next(struct seq_file *m, void *v, loff_t *position)
{
	struct record record = record_of(m, v, position);
	loff_t before = *position;
	void *next = NULL;

	if (record.records->faults->count > MAX_LOST)
		record.records->torn = true;
	else
		next = take(&record, next_record);

	/* As the kernel demands, also at the end. */
	if (record.records->torn)
		*position = before + 1;
	return next;
}

static void guarded_stop(struct seq_file *m, void *v)
{
	struct record record = record_of(m, v, NULL);

	/* There is nothing to be released. */
	if (!record.records->torn)
		proc_attempt(record.records->faults, NULL, stop_record,
			     &record);
}

static int guarded_show(struct seq_file *m, void *v)
{
	struct record record = record_of(m, v, NULL);
	size_t start = m->count;

	if (!proc_attempt(record.records->faults, NULL, show_record, &record)) {
		record.records->shown |= !record.status;
		return record.status;
	}
	m->count = start;
	m->pad_until = 0;
	return SEQ_SKIP;
}

static const struct seq_operations guarded = {
	.start = guarded_start,
	.next = guarded_next,
	.stop = guarded_stop,
	.show = guarded_show,
};

/* --- What only a module knows --------------------------------------------- */

struct mounted {
	struct seq_file *m;
	struct dentry *dentry;
	int status;
};

static long show_own_options(void *context)
{
	struct mounted *mounted = context;
	const struct super_block *super = mounted->dentry->d_sb;

	mounted->status =
		super->s_op->show_options(mounted->m, mounted->dentry);
	return 0;
}

static long show_own_device(void *context)
{
	struct mounted *mounted = context;
	const struct super_block *super = mounted->dentry->d_sb;

	mounted->status =
		super->s_op->show_devname(mounted->m, mounted->dentry);
	return 0;
}

/* False: a fault has been said, and nothing has been printed. */
static bool show_own(struct mounted *mounted, long (*how)(void *context))
{
	struct record record = record_of(mounted->m, NULL, NULL);
	size_t start = mounted->m->count;

	if (!proc_attempt(record.records->faults, NULL, how, mounted))
		return true;
	mounted->m->count = start;
	return false;
}

int source_show_options(struct seq_file *m, struct dentry *dentry)
{
	struct mounted mounted = {m, dentry, 0};

	if (!show_own(&mounted, show_own_options))
		seq_puts(m, ",fathom.options=unknown");
	return mounted.status;
}

int source_show_device(struct seq_file *m, struct dentry *dentry,
		       const char *device)
{
	struct mounted mounted = {m, dentry, 0};

	if (!show_own(&mounted, show_own_device))
		seq_escape(m, device ? device : "none", " \t\n\\#");
	return mounted.status;
}

/* --- Opening -------------------------------------------------------------- */

/* Files that are not made of records keep something of the target's here. */
static void guard_records(struct proc_opened *opened,
			  struct proc_faults *faults)
{
	struct seq_file *m = opened->file.private_data;

	opened->records.faults = faults;
	if ((long)m <= 0 || m->file != &opened->file)
		return;
	opened->records.own = m->op;
	m->op = &guarded;
}

/* --- Reading -------------------------------------------------------------- */

static ssize_t read_piece(struct proc_opened *opened, char *buffer,
			  loff_t *position)
{
	const struct file_operations *operations = opened->file.f_op;

	if (operations && operations->read)
		return operations->read(&opened->file, (char __user *)buffer,
					PIECE_SIZE, position);
	return seq_read(&opened->file, (char __user *)buffer, PIECE_SIZE,
			position);
}

static int read_all(struct proc_opened *opened,
		    int (*emit)(void *context, const void *bytes,
				unsigned long size),
		    void *context)
{
	/* To clear one for each file would take longer than many a file. */
	static char buffer[PIECE_SIZE];
	loff_t position = 0;

	for (;;) {
		ssize_t size = read_piece(opened, buffer, &position);

		if (size <= 0)
			return size;
		if (emit(context, buffer, size))
			return 0;
	}
}

int proc_print(const struct proc_node *node, struct proc_faults *faults,
	       int (*emit)(void *context, const void *bytes,
			   unsigned long size),
	       void *context)
{
	struct proc_opened *opened = proc_open_node(node);
	int status = 0;

	if (!opened)
		return -ENOMEM;
	if (node->entry)
		status = open_entry(node, opened);
	else if (node->operations->open)
		status = node->operations->open(&opened->inode.vfs_inode,
						&opened->file);
	if (status)
		return status;
	guard_records(opened, faults);
	status = read_all(opened, emit, context);
	/* A file of nothing but faults is none. */
	if (opened->records.torn || (faults->count && !opened->records.shown))
		return -EIO;
	return status;
}
