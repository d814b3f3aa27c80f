/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What each process has open or mapped: PID, the descriptor or "mem", and the
 * path as /proc has it in fd/ and maps.
 *
 * What makes the path and walks the tree of mappings is the kernel's own code,
 * which the headers only declare: compile with fathom-cc --kernel-functions.
 */
#include <fathom/ids.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>

static void print_path(int pid, const char *descriptor, const struct path *path)
{
	/* A character may become four: \012. */
	char buffer[4 * PATH_MAX];
	struct seq_file m = {.buf = buffer, .size = sizeof(buffer)};

	seq_path(&m, path, "\n");
	if (seq_has_overflowed(&m))
		m.count = scnprintf(buffer, sizeof(buffer), "(too long)");
	printf("%7d %5s %.*s\n", pid, descriptor, (int)m.count, buffer);
}

static void print_open(struct task_struct *p)
{
	struct files_struct *files = p->files;
	struct fdtable *table = files ? rcu_dereference(files->fdt) : NULL;
	unsigned int i;

	for (i = 0; table && i < table->max_fds; i++) {
		struct file *file = rcu_dereference(table->fd[i]);
		char descriptor[12];

		snprintf(descriptor, sizeof(descriptor), "%u", i);
		if (file)
			print_path(p->pid, descriptor, &file->f_path);
	}
}

/* Of a file of overlayfs, what is mapped is the one below. */
static const struct path *path_of(struct file *mapped)
{
#ifdef FMODE_BACKING
	return file_user_path(mapped);
#else
	return &mapped->f_path;
#endif
}

/* A file often has several mappings beside each other: code, constants, data.
 */
static void print_mapped(struct task_struct *p)
{
	struct mm_struct *mm = p->mm;
	struct file *last = NULL;
	struct vm_area_struct *vma;

	if (!mm)
		return;

	VMA_ITERATOR(vmi, mm, 0);
	for_each_vma(vmi, vma)
	{
		if (vma->vm_file && vma->vm_file != last)
			print_path(p->pid, "mem", path_of(vma->vm_file));
		last = vma->vm_file;
	}
}

int main(void)
{
	struct task_struct *p;

	for_each_process (p) {
		/* What is torn or planted costs this process only. */
		fathom_try
		{
			print_open(p);
			print_mapped(p);
		}
		fathom_catch(f)
		{
			fprintf(stderr, "files: process %d: %s at %llx\n",
				p->pid, f->message, f->address);
		}
	}
	return 0;
}
