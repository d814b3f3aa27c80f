/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/*
 * What an intruder who can write to the kernel's memory could do to somebody
 * who reads it: prints, for each case of the table below,
 *
 *   case GROUP NAME FILES BROKEN
 *   put PHYSICAL SIZE VALUE     (change_memory.c makes these changes)
 *   ...
 *
 * FILES is an expression for the files of /proc that may change, BROKEN names
 * one that cannot be had any more, or is a dash. Cases of one group are made
 * together: each process is the victim of one of them.
 */
#include <fathom/ids.h>

#include <linux/cred.h>
#include <linux/fdtable.h>
#include <linux/fs_struct.h>
#include <linux/fs.h>
#include <linux/maple_tree.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/utsname.h>
#include <asm/switch_to.h>
#include <net/tcp.h>
#include <net/udp.h>

/* Wild pointers, of each kind. */
#define IN_USER_HALF  0x7f0012345000
#define NOT_CANONICAL 0xfe00123456789000
#define NOT_MAPPED    0xfffff40000001000
#define POISONED      0xdead000000000100
/* Where Fathom's own program is: proc/kernel/build. */
#define OF_THE_READER 0x50001000

#define PUT_AT(where, size, value)                                    \
	printf("put %lx %x %lx\n", __pa(where), (unsigned int)(size), \
	       (unsigned long)(value))
#define PUT(member, value) PUT_AT(&(member), sizeof(member), value)

#define PUT_PHYSICAL(where, value) \
	printf("put %lx 8 %lx\n", (where), (unsigned long)(value))

/* Modules are not where the kernel's map of all memory has them. */
static unsigned long physical_of_module(const void *where)
{
	unsigned long address = (unsigned long)where;
	pgd_t *pgd = pgd_offset_k(address);
	pmd_t *pmd = pmd_offset(pud_offset(p4d_offset(pgd, address), address),
				address);

	if (pmd_val(*pmd) & _PAGE_PSE)
		return pmd_pfn(*pmd) << PAGE_SHIFT | (address & ~PMD_MASK);
	return pte_pfn(*pte_offset_kernel(pmd, address)) << PAGE_SHIFT |
	       offset_in_page(address);
}

/*
 * Room for made-up objects: registers of a process that sleeps, in its
 * task_struct.
 */
static void *room(struct task_struct *p)
{
	return &p->thread.fpu.__fpstate.regs;
}

/* --- Pointers that lead nowhere ------------------------------------------ */

static void mm_in_user_half(struct task_struct *p)
{
	PUT(p->mm, IN_USER_HALF);
}

static void mm_of_the_reader(struct task_struct *p)
{
	PUT(p->mm, OF_THE_READER);
}

static void mm_not_canonical(struct task_struct *p)
{
	PUT(p->mm, NOT_CANONICAL);
}

static void mm_not_mapped(struct task_struct *p)
{
	PUT(p->mm, NOT_MAPPED);
}

static void cred_null(struct task_struct *p)
{
	PUT(p->cred, 0);
	PUT(p->real_cred, 0);
}

static void nsproxy_null(struct task_struct *p)
{
	PUT(p->nsproxy, 0);
}

static void nsproxy_poisoned(struct task_struct *p)
{
	PUT(p->nsproxy, POISONED);
}

static void signal_not_mapped(struct task_struct *p)
{
	PUT(p->signal, NOT_MAPPED);
}

static void tty_in_user_half(struct task_struct *p)
{
	PUT(p->signal->tty, IN_USER_HALF);
}

static void sighand_of_the_reader(struct task_struct *p)
{
	PUT(p->sighand, OF_THE_READER);
}

static void parent_not_mapped(struct task_struct *p)
{
	PUT(p->real_parent, NOT_MAPPED);
}

static void fs_not_mapped(struct task_struct *p)
{
	PUT(p->fs, NOT_MAPPED);
}

static void files_not_canonical(struct task_struct *p)
{
	PUT(p->files, NOT_CANONICAL);
}

static void table_of_the_reader(struct task_struct *p)
{
	PUT(p->files->fdt, OF_THE_READER);
}

static void file_in_user_half(struct task_struct *p)
{
	PUT(p->files->fdt->fd[0], IN_USER_HALF);
}

static void executable_not_mapped(struct task_struct *p)
{
	PUT(p->mm->exe_file, NOT_MAPPED);
}

static void stack_not_mapped(struct task_struct *p)
{
	PUT(p->stack, NOT_MAPPED);
	PUT(p->thread.sp, NOT_MAPPED);
}

static void cgroups_not_mapped(struct task_struct *p)
{
	PUT(p->cgroups, NOT_MAPPED);
}

static void areas_not_mapped(struct task_struct *p)
{
	/* It looks like a node of the maple tree. */
	PUT(p->mm->mm_mt.ma_root, NOT_MAPPED | 0x1e);
}

/* --- Circles ------------------------------------------------------------- */

static void children_self(struct task_struct *p)
{
	PUT(p->children.next, &p->children.next + 64);
	PUT(p->sibling.next, &p->sibling);
}

static void threads_self(struct task_struct *p)
{
	/* No way back from there to the one that the kernel began with. */
	struct list_head *list = room(p);

	PUT(list->next, list);
	PUT(list->prev, list);
	PUT(p->signal->thread_head.next, list);
	/* Kernels with this macro have a list for it, too. */
#ifdef do_each_thread
	PUT(p->thread_group.next, list);
#endif
}

static void areas_circle(struct task_struct *p)
{
	unsigned long root = (unsigned long)p->mm->mm_mt.ma_root;
	struct maple_node *node = (struct maple_node *)(root & ~0xfful);

	/* An inner node, the first child of which is the node. */
	root = (root & ~0x78ul) | maple_range_64 << 3;
	PUT(p->mm->mm_mt.ma_root, root);
	PUT(node->mr64.pivot[0], ~0ul);
	PUT(node->mr64.slot[0], root);
}

/* A folder that is its own grandparent, with names of no length. */
static void folders_circle(struct task_struct *p)
{
	struct dentry *one = room(p);
	struct dentry *two = one + 1;

	PUT(one->d_parent, two);
	PUT(one->d_name.len, 0);
	PUT(one->d_name.name, p->comm);
	PUT(two->d_parent, one);
	PUT(two->d_name.len, 0);
	PUT(two->d_name.name, p->comm);
	PUT(p->fs->pwd.dentry, one);
}

/* As a signed number, the length is less than zero. */
static void folder_name_wraps(struct task_struct *p)
{
	struct dentry *one = room(p);

	PUT(one->d_parent, one + 1);
	PUT(one->d_name.len, 0xfffffff0);
	PUT(one->d_name.name, p->comm);
	PUT(p->fs->pwd.dentry, one);
}

/* Wherever the kernel looks for a mount, a list or a tree: there is this. */
static void mounts_circle(struct task_struct *p)
{
	const unsigned long *real = (const unsigned long *)p->nsproxy;
	struct nsproxy *made_up = room(p);
	unsigned long *copy = (unsigned long *)made_up;
	unsigned long *nowhere = (unsigned long *)(made_up + 1);
	unsigned int i;

	for (i = 0; i < sizeof(*made_up) / sizeof(*copy); i++)
		PUT(copy[i], real[i]);
	PUT(made_up->mnt_ns, nowhere);
	for (i = 0; i < 40; i++)
		PUT(nowhere[i], nowhere);
	PUT(p->nsproxy, made_up);
}

/* --- Counts and strings --------------------------------------------------- */

static void areas_countless(struct task_struct *p)
{
	PUT(p->mm->map_count, 0x7fffffff);
}

static void arguments_endless(struct task_struct *p)
{
	PUT(p->mm->arg_end, 1ul << 63);
}

static void arguments_reversed(struct task_struct *p)
{
	PUT(p->mm->arg_start, p->mm->arg_end + 4096);
}

static void environment_endless(struct task_struct *p)
{
	PUT(p->mm->env_end, ~0ul);
}

static void files_countless(struct task_struct *p)
{
	PUT(p->files->fdt->max_fds, 0xffffffff);
}

/* Their sum is one: to divide by it has no result that fits. */
static void times_wrap(struct task_struct *p)
{
	PUT(p->stime, (1ul << 63) - p->signal->stime);
	PUT(p->utime, (1ul << 63) + 1 - p->signal->utime);
	PUT(p->se.sum_exec_runtime, 1ul << 40);
}

static void name_endless(struct task_struct *p)
{
	PUT_AT(p->comm, 8, 0x4141414141414141);
	PUT_AT(p->comm + 8, 8, 0x4141414141414141);
}

/* --- The system's -------------------------------------------------------- */

static void modules_circle(struct task_struct *p)
{
	struct list_head *modules = (void *)fathom_symbol_value("modules");
	struct list_head *first = modules->next;

	PUT_PHYSICAL(physical_of_module(&first->next), first);
}

static void module_name_endless(struct task_struct *p)
{
	struct list_head *modules = (void *)fathom_symbol_value("modules");
	struct module *first = list_first_entry(modules, struct module, list);
	unsigned int i;

	for (i = 0; i < sizeof(first->name); i += 8)
		PUT_PHYSICAL(physical_of_module(first->name + i),
			     0x4141414141414141);
}

/* How far names that do not end are written on. */
#define ENDLESS 640

/* A function of @module's, with memory of the module's behind its name. */
static const Elf64_Sym *function_of(struct module *module)
{
	unsigned long begin = (unsigned long)module->core_layout.base;
	unsigned long end = begin + module->core_layout.size - ENDLESS;
	unsigned int i;

	for (i = 1; i < module->kallsyms->num_symtab; i++) {
		const Elf64_Sym *symbol = &module->kallsyms->symtab[i];
		unsigned long name = (unsigned long)module->kallsyms->strtab +
				     symbol->st_name;

		if (symbol->st_value >= begin &&
		    symbol->st_value < begin + module->core_layout.text_size &&
		    name >= begin && name < end)
			return symbol;
	}
	return NULL;
}

static void endless(const char *from, const char *to)
{
	for (; from + 8 <= to; from += 8)
		PUT_PHYSICAL(physical_of_module(from), 0x4141414141414141);
}

/* A process sleeps in a function of a module; neither's name has an end. */
static void symbol_endless(struct task_struct *p)
{
	struct list_head *modules = (void *)fathom_symbol_value("modules");
	struct inactive_task_frame *frame = (void *)p->thread.sp;
	const Elf64_Sym *symbol;
	struct module *module;

	list_for_each_entry (module, modules, list) {
		symbol = function_of(module);
		if (!symbol)
			continue;
		endless(module->name, (char *)&module->core_layout);
		endless(module->kallsyms->strtab + symbol->st_name,
			module->kallsyms->strtab + symbol->st_name + ENDLESS);
		PUT_PHYSICAL(physical_of_module(&frame->ret_addr),
			     symbol->st_value + 1);
		return;
	}
}

static void file_systems_circle(struct task_struct *p)
{
	struct file_system_type **systems =
		(void *)fathom_symbol_value("file_systems");
	struct file_system_type *first = *systems;

	PUT(first->next, first);
}

static void command_line_not_mapped(struct task_struct *p)
{
	PUT_AT((void *)fathom_symbol_value("saved_command_line"), 8,
	       NOT_MAPPED);
}

static void sockets_circle(struct task_struct *p)
{
	struct hlist_nulls_node *node = room(p) + 512;

	PUT(node->next, node);
	PUT(tcp_hashinfo.ehash[0].chain.first, node);
	PUT(udp_table.hash[0].head.first, node);
}

static void nodes_not_mapped(struct task_struct *p)
{
	PUT_AT((void *)fathom_symbol_value("swap_info"), 8, IN_USER_HALF);
	PUT_AT((void *)fathom_symbol_value("nr_swapfiles"), 4, 0x7fffffff);
}

static void cpus_countless(struct task_struct *p)
{
	PUT_AT((void *)fathom_symbol_value("nr_cpu_ids"), 4, 0x7fffffff);
}

static void numbers_circle(struct task_struct *p)
{
	unsigned long head = (unsigned long)init_pid_ns.idr.idr_rt.xa_head;
	struct xa_node *node = (struct xa_node *)(head & ~3ul);
	unsigned int i;

	for (i = 0; i < XA_CHUNK_SIZE; i++)
		PUT(node->slots[i], head);
}

/* @ in the expressions is the victim's number. */
static const struct test {
	const char *group;
	const char *name;
	void (*change)(struct task_struct *p);
	const char *files;
	const char *broken;
} tests[] = {
#define TEST(group, name, files, broken) {group, #name, name, files, broken}
#define OF_MEMORY                                                           \
	"@/(task/@/)?(auxv|cmdline|environ|exe|maps|oom_adj|oom_score_adj|" \
	"coredump_filter|oom_score|stat|statm|status|smaps.*|numa_maps|wchan)"
	TEST("each", mm_in_user_half, OF_MEMORY, "@/statm"),
	TEST("each", mm_of_the_reader, OF_MEMORY, "@/status"),
	TEST("each", mm_not_canonical, OF_MEMORY, "@/maps"),
	TEST("each", mm_not_mapped, OF_MEMORY, "@/stat"),
	TEST("each", cred_null, "@/.*", "@/status"),
	TEST("each", nsproxy_null, "@/.*(ns/|net/|mount|cgroup).*", "-"),
	TEST("each", nsproxy_poisoned, "@/.*(ns/|net/|mount|cgroup).*",
	     "@/mounts"),
	TEST("each", signal_not_mapped, "@/.*", "@/stat"),
	TEST("each", tty_in_user_half, "@/(task/@/)?stat", "@/stat"),
	TEST("each", sighand_of_the_reader,
	     "@/(task/@/)?(stat|status|.*limits)", "@/status"),
	TEST("each", parent_not_mapped, "@/(task/@/)?(stat|status)",
	     "@/status"),
	TEST("each", fs_not_mapped,
	     "@/(task/@/)?(cwd|root|stat|status|mount.*)", "@/mountinfo"),
	TEST("each", files_not_canonical, "@/(task/@/)?(fd.*|status)",
	     "@/status"),
	TEST("each", table_of_the_reader, "@/(task/@/)?(fd.*|status)",
	     "@/status"),
	TEST("each", file_in_user_half, "@/(task/@/)?fd.*", "-"),
	TEST("each", executable_not_mapped, "@/(task/@/)?exe", "-"),
	TEST("each", stack_not_mapped, "@/(task/@/)?(stack|stat|syscall|wchan)",
	     "-"),
	TEST("each", cgroups_not_mapped, "@/(task/@/)?(cgroup|cpuset)",
	     "@/cpuset"),
	TEST("each", areas_not_mapped,
	     "@/(task/@/)?(.*maps.*|statm|cmdline|environ)", "@/maps"),
	TEST("each", children_self, "none", "-"),
	TEST("each", threads_self, "@/.*", "@/stat"),
	TEST("each", areas_circle, "@/(task/@/)?(.*maps.*|cmdline|environ)",
	     "@/maps"),
	TEST("each", folders_circle, "@/(task/@/)?cwd", "-"),
	TEST("each", folder_name_wraps, "@/(task/@/)?cwd", "@/cwd"),
	TEST("each", symbol_endless,
	     "@/(task/@/)?(stack|wchan)|modules|kallsyms", "-"),
	TEST("each", mounts_circle, "@/.*(ns/|mount).*", "@/mounts"),
	TEST("each", times_wrap, "@/(task/@/)?(stat|schedstat)", "@/stat"),
	TEST("each", areas_countless, "none", "-"),
	TEST("each", arguments_endless, "@/(task/@/)?(cmdline|stat)", "-"),
	TEST("each", arguments_reversed, "@/(task/@/)?(cmdline|stat)", "-"),
	TEST("each", environment_endless, "@/(task/@/)?(environ|stat)", "-"),
	TEST("each", files_countless, "@/(task/@/)?(fd.*|status)", "-"),
	TEST("each", name_endless, "@/(task/@/)?(comm|stat|status)", "-"),
	/* Functions of file systems and drivers are found by their modules. */
	TEST("system", modules_circle,
	     "modules|kallsyms|(.*/)?(mounts|mountinfo|net/dev)", "modules"),
	TEST("system", file_systems_circle, "filesystems", "filesystems"),
	TEST("system", command_line_not_mapped, "cmdline", "cmdline"),
	TEST("system", sockets_circle, "(.*/)?net/(tcp|udp|tcp6|udp6|raw|raw6)",
	     "1/net/tcp"),
	TEST("system", nodes_not_mapped, "swaps|meminfo", "swaps"),
	/* Since Linux 6.2, each CPU counts a process's pages. */
	TEST("cpus", cpus_countless, "[^/0-9].*|[0-9].*/(status|net/.*|statm?)",
	     "-"),
	TEST("pids", numbers_circle, "([0-9]|net|mounts|stat).*", "-"),
	TEST("pids", module_name_endless, "modules|kallsyms", "-"),
};

/* A process of its own, with memory, and nothing that it shares. */
static bool is_fit(struct task_struct *p)
{
	return p->mm && p->pid > 1 && p->mm->mm_users.counter == 1 &&
	       p->files->count.counter == 1 && p->fs->users == 1 &&
	       p->signal->nr_threads == 1 && p->nsproxy &&
	       p->nsproxy->mnt_ns == init_task.nsproxy->mnt_ns &&
	       !p->exit_state && p->files->fdt->fd[0] &&
	       list_empty(&p->children);
}

static struct task_struct *next_victim(struct task_struct *p)
{
	do {
		p = next_task(p);
	} while (p != &init_task && !is_fit(p));
	return p;
}

static void print_expression(const char *text, int number)
{
	for (; *text; text++) {
		if (*text == '@')
			printf("%d", number);
		else
			putchar(*text);
	}
}

int main(void)
{
	struct task_struct *p = &init_task;

	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		const struct test *test = &tests[i];

		p = next_victim(p);
		if (p == &init_task)
			return 1;
		printf("case %s %s ", test->group, test->name);
		print_expression(test->files, p->pid);
		putchar(' ');
		print_expression(test->broken, p->pid);
		putchar('\n');
		test->change(p);
	}
	return 0;
}
