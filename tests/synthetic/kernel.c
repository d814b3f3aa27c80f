/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * The objects every kernel has, laid out by the kernel's own headers: a tree
 * of tasks with threads, credentials and open files, modules, and the
 * variables that locating a kernel relies on.
 */
#pragma clang section bss = "synthetic_bss" data = "synthetic_data" rodata = \
	"synthetic_rodata" relro = "synthetic_relro" text = "synthetic_text"

#include <generated/utsrelease.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/utsname.h>

#include "kernel.h"
#include "memory.h"
#include "objects.h"

#define TASKS 40 /* processes beside init_task */

unsigned long __per_cpu_offset[NR_CPUS];
struct cpumask __cpu_possible_mask, __cpu_online_mask, __cpu_present_mask;
#undef nr_cpu_ids
unsigned int nr_cpu_ids = SYNTHETIC_CPUS;

/* Set by the generator, which chooses where everything lies. */
unsigned long page_offset_base, vmalloc_base, vmemmap_base, phys_base;

/* The generator may put another release in. */
const char linux_banner[160] = "Linux version " UTS_RELEASE
			       " (synthetic) (clang) #1 SMP\n";
struct uts_namespace init_uts_ns = {
	.name = {.sysname = "Linux",
		 .nodename = "synthetic",
		 .release = UTS_RELEASE,
		 .version = "#1 SMP",
		 .machine = "x86_64"},
};

static struct signal_struct init_signals = {
	.thread_head = LIST_HEAD_INIT(init_task.thread_node),
};
static struct cred root_cred = {.uid = {0}, .gid = {0}};
static struct cred user_cred = {.uid = {1000}, .gid = {100}};
static struct nsproxy shared_namespaces = {.uts_ns = &init_uts_ns};

struct task_struct init_task = {
	.comm = "swapper/0",
	.tasks = LIST_HEAD_INIT(init_task.tasks),
	.children = LIST_HEAD_INIT(init_task.children),
	.sibling = LIST_HEAD_INIT(init_task.sibling),
	.thread_node = LIST_HEAD_INIT(init_signals.thread_head),
	.parent = &init_task,
	.real_parent = &init_task,
	.group_leader = &init_task,
	.signal = &init_signals,
	.cred = &root_cred,
	.real_cred = &root_cred,
	.nsproxy = &shared_namespaces,
	.flags = PF_KTHREAD,
};

static struct task_struct *task_table[TASKS];

LIST_HEAD(modules);

static void copy(char *to, const char *from)
{
	while ((*to++ = *from++))
		;
}

static void name_task(struct task_struct *task)
{
	char *end = task->comm;

	copy(end, task->pid % 3 ? "daemon" : "kworker/u8");
	while (*end)
		end++;
	*end++ = ':';
	*end++ = '0' + task->pid / 100 % 10;
	*end++ = '0' + task->pid / 10 % 10;
	*end = '0' + task->pid % 10;
}

static struct dentry *make_dentry(struct dentry *parent, const char *name)
{
	struct dentry *dentry = synthetic_alloc(sizeof(*dentry));

	copy((char *)dentry->d_iname, name);
	dentry->d_name.name = dentry->d_iname;
	while (name[dentry->d_name.len])
		dentry->d_name.len++;
	dentry->d_parent = parent ? parent : dentry;
	dentry->d_inode = synthetic_alloc(sizeof(struct inode));
	dentry->d_inode->i_ino = 100 + dentry->d_name.len;
	dentry->d_inode->i_mode = S_IFREG | 0644;
	return dentry;
}

/* Task number @number has that many open files, modulo 4, in odd places. */
static struct files_struct *make_files(unsigned int number)
{
	struct files_struct *files = synthetic_alloc(sizeof(*files));
	struct dentry *root = make_dentry(NULL, "/");
	struct dentry *folder = make_dentry(root, "var");
	struct file *file;
	unsigned int i;

	files->fdt = &files->fdtab;
	files->fdtab.max_fds = NR_OPEN_DEFAULT;
	files->fdtab.fd = files->fd_array;
	files->fdtab.open_fds = files->open_fds_init;
	for (i = 0; i < number % 4; i++) {
		file = synthetic_alloc(sizeof(*file));
		*(struct dentry **)&file->f_path.dentry =
			make_dentry(folder, i % 2 ? "log" : "a file.txt");
		file->f_pos = number * 1000 + i;
		files->fd_array[i * 3] = file;
		files->open_fds_init[0] |= 1ul << i * 3;
	}
	return files;
}

static struct task_struct *make_task(int pid, struct task_struct *leader)
{
	struct task_struct *task = synthetic_alloc(sizeof(*task));

	task->pid = pid;
	task->tgid = leader ? leader->pid : pid;
	task->group_leader = leader ? leader : task;
	task->flags = pid % 5 ? 0 : PF_KTHREAD;
	task->start_time = 1000000000ull * pid + 12345;
	task->cred = pid % 2 ? &user_cred : &root_cred;
	task->real_cred = task->cred;
	task->nsproxy = &shared_namespaces;
	task->static_prio = 100 + pid % 40;
	INIT_LIST_HEAD(&task->children);
	name_task(task);
	return task;
}

static void add_process(unsigned int number)
{
	struct task_struct *parent = number ? task_table[(number - 1) / 3]
					    : &init_task;
	struct task_struct *task = make_task(number * 7 + 1, NULL);
	unsigned int thread;

	task_table[number] = task;
	task->real_parent = task->parent = parent;
	list_add_tail(&task->sibling, &parent->children);
	list_add_tail(&task->tasks, &init_task.tasks);
	task->files = make_files(number);
	task->signal = synthetic_alloc(sizeof(*task->signal));
	INIT_LIST_HEAD(&task->signal->thread_head);
	list_add_tail(&task->thread_node, &task->signal->thread_head);
	for (thread = 1; thread < number % 4; thread++) {
		struct task_struct *other = make_task(task->pid + thread, task);

		other->real_parent = other->parent = parent;
		other->files = task->files;
		other->signal = task->signal;
		list_add_tail(&other->thread_node, &task->signal->thread_head);
	}
	task->signal->nr_threads = thread < 2 ? 1 : thread;
}

static void load_module(const char *name, enum module_state state)
{
	struct module *module = synthetic_vmalloc(sizeof(*module));

	copy(module->name, name);
	module->state = state;
	list_add(&module->list, &modules);
}

void synthetic_populate_kernel(void)
{
	unsigned int i;

	for (i = 0; i < SYNTHETIC_CPUS; i++) {
		__cpu_possible_mask.bits[0] |= 1ul << i;
		__cpu_present_mask.bits[0] |= 1ul << i;
		if (i != 2)
			__cpu_online_mask.bits[0] |= 1ul << i;
	}
	for (i = 0; i < TASKS; i++)
		add_process(i);
	load_module("ext4", MODULE_STATE_LIVE);
	load_module("rootkit", MODULE_STATE_COMING);
	load_module("virtio_net", MODULE_STATE_LIVE);
}

/* CONFIG_DEBUG_LIST moves the list functions' checks out of line. */
bool __weak __list_add_valid(struct list_head *new, struct list_head *prev,
			     struct list_head *next)
{
	return true;
}

bool __weak __list_add_valid_or_report(struct list_head *new,
				       struct list_head *prev,
				       struct list_head *next)
{
	return true;
}

SYNTHETIC_SYMBOL(__per_cpu_offset, 'R');
SYNTHETIC_SYMBOL(__cpu_possible_mask, 'R');
SYNTHETIC_SYMBOL(__cpu_online_mask, 'R');
SYNTHETIC_SYMBOL(__cpu_present_mask, 'R');
SYNTHETIC_SYMBOL(nr_cpu_ids, 'R');
SYNTHETIC_SYMBOL(page_offset_base, 'R');
SYNTHETIC_SYMBOL(vmalloc_base, 'R');
SYNTHETIC_SYMBOL(vmemmap_base, 'R');
SYNTHETIC_SYMBOL(phys_base, 'R');
SYNTHETIC_SYMBOL(linux_banner, 'R');
SYNTHETIC_SYMBOL(init_uts_ns, 'D');
SYNTHETIC_SYMBOL(init_task, 'D');
SYNTHETIC_SYMBOL(modules, 'd');
