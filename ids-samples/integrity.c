/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What rootkits do, by comparing two places that should say the same. Reports a
 * finding for each of:
 *
 *   syscall_hooked   a system call leads outside of the kernel's own code
 *   hidden_module    a module that sysfs has, but the list of modules has not
 *   hidden_process   somebody's child that is not in the list of processes
 *
 * Prints nothing about a kernel that is as it should be. With a number of
 * seconds as its argument it looks again and again, for `fathom run --report`;
 * the same finding is reported once. On a system that runs, a process may
 * come or go while one looks: so what is odd is looked at again in a new epoch.
 */
#include <fathom/ids.h>
#include <asm/syscall.h>
#include <asm/unistd.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/sched/signal.h>

#define MAX_PROCESSES 65536
#define MAX_REPORTED  1024
#define MAX_ODD	      1024

extern char _stext[], _etext[];
extern struct list_head modules; /* kernel/module/main.c */

/* Processes of the list, in this epoch. */
static const struct task_struct *listed[MAX_PROCESSES];
static int listed_count;

/* What was reported: what kind of thing, and where it is. */
static const char syscall_rule[] = "syscall_hooked";
static const char module_rule[] = "hidden_module";
static const char process_rule[] = "hidden_process";

static struct {
	const char *rule;
	const void *what;
} reported[MAX_REPORTED];
static int reported_count;

static bool is_new(const char *rule, const void *what)
{
	int i;

	for (i = 0; i < reported_count; i++)
		if (reported[i].rule == rule && reported[i].what == what)
			return false;
	if (reported_count == MAX_REPORTED)
		return true;
	reported[reported_count].rule = rule;
	reported[reported_count++].what = what;
	return true;
}

/* What was odd at the first look, and must be so at the second. */
static const void *odd[MAX_ODD];
static int odd_count;

static bool was_odd(const void *what)
{
	int i;

	for (i = 0; i < odd_count; i++)
		if (odd[i] == what)
			return true;
	return false;
}

static void note_odd(const void *what)
{
	if (odd_count < MAX_ODD)
		odd[odd_count++] = what;
}

static void check_syscalls(void)
{
	int i;

	for (i = 0; i < NR_syscalls; i++) {
		const char *at = (const char *)sys_call_table[i];

		if ((at >= _stext && at < _etext) || !is_new(syscall_rule, at))
			continue;
		fathom_report_with(
			FATHOM_CRITICAL, syscall_rule,
			FATHOM_FIELDS(
				fathom_field("syscall", i),
				fathom_field("address", (const void *)at)),
			"system call %d leads to %p, outside of the kernel's code",
			i, at);
	}
}

static bool is_listed_module(const struct module *wanted)
{
	struct module *mod;

	list_for_each_entry_rcu (mod, &modules, list)
		if (mod == wanted)
			return true;
	return false;
}

/* Modules that are built in have a place in sysfs, but no struct module. */
static const struct module *hidden_module(const struct kobject *kobj)
{
	const struct module *mod =
		container_of(kobj, struct module_kobject, kobj)->mod;

	if (!mod || mod->state != MODULE_STATE_LIVE || is_listed_module(mod))
		return NULL;
	return mod;
}

static void check_modules(bool again)
{
	struct kobject *kobj;

	list_for_each_entry (kobj, &module_kset->list, entry) {
		const struct module *mod = hidden_module(kobj);

		if (mod && !again)
			note_odd(mod);
		if (mod && again && was_odd(mod) && is_new(module_rule, mod))
			fathom_report_with(
				FATHOM_CRITICAL, module_rule,
				FATHOM_FIELDS(fathom_field("module", mod->name),
					      fathom_field("address", mod)),
				"module %s is loaded, but not in the list of modules",
				mod->name);
	}
}

static int compare(const void *a, const void *b)
{
	const struct task_struct *first = *(const struct task_struct *const *)a;
	const struct task_struct *second =
		*(const struct task_struct *const *)b;

	return (first > second) - (first < second);
}

static void list_processes(void)
{
	struct task_struct *p;

	listed_count = 0;
	for_each_process (p)
		if (listed_count < MAX_PROCESSES)
			listed[listed_count++] = p;
	qsort(listed, listed_count, sizeof(listed[0]), compare);
}

static bool is_listed_process(const struct task_struct *wanted)
{
	return wanted == &init_task || bsearch(&wanted, listed, listed_count,
					       sizeof(listed[0]), compare);
}

static void check_children(const struct task_struct *parent, bool again)
{
	struct task_struct *child;

	list_for_each_entry (child, &parent->children, sibling) {
		if (is_listed_process(child))
			continue;
		if (!again)
			note_odd(child);
		if (again && was_odd(child) && is_new(process_rule, child))
			fathom_report_with(
				FATHOM_CRITICAL, process_rule,
				FATHOM_FIELDS(
					fathom_field("process.pid", child->pid),
					fathom_field("process.name",
						     child->comm),
					fathom_field("process.parent.pid",
						     parent->tgid)),
				"process %d (%s), a child of %d (%s), is not in the list of processes",
				child->pid, child->comm, parent->tgid,
				parent->comm);
	}
}

/* Children belong to the thread that has made them. */
static void check_processes(bool again)
{
	struct task_struct *process, *thread;

	list_processes();
	check_children(&init_task, again);
	for_each_process_thread(process, thread)
	{
		check_children(thread, again);
	}
}

static void look(void)
{
	odd_count = 0;
	check_syscalls();
	check_modules(false);
	check_processes(false);
	if (!odd_count)
		return;
	fathom_refresh();
	check_modules(true);
	check_processes(true);
}

int main(int argc, char **argv)
{
	int pause = argc > 1 ? atoi(argv[1]) : 0;

	do {
		/* A kernel that cannot be read at one place may be later. */
		fathom_try
		{
			look();
		}
		fathom_catch(f)
		{
			fathom_report(FATHOM_WARNING, "unreadable",
				      "%s at %llx", f->message, f->address);
		}
		fflush(stdout);
		if (pause > 0) {
			sleep(pause);
			fathom_refresh();
		}
	} while (pause > 0);
	return 0;
}
