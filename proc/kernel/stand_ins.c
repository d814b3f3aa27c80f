// SPDX-License-Identifier: BSD-2-Clause-Patent
// Copyright (c) 2026 The Fathom authors
/*
 * Functions of the kernel that mean something else outside it. Who waits,
 * counts references or releases what nobody uses any more has nothing to do:
 * the picture stands still, and goes with its epoch.
 */
#include <fathom/ids.h>

#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/maple_tree.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/mutex.h>
#include <linux/percpu-rwsem.h>
#include <linux/path.h>
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/bottom_half.h>
#include <linux/clocksource.h>
#include <linux/console.h>
#include <linux/cpu.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include <fathom-proc.h>

/* --- Who asks ------------------------------------------------------------ */

struct task_struct *source_current(void);

struct task_struct *source_current(void)
{
	/* The first process, without a look into the tree of numbers. */
	return init_pid_ns.child_reaper;
}

/* Root, in the first namespaces. */
bool capable(int capability)
{
	return true;
}

bool ns_capable(struct user_namespace *ns, int capability)
{
	return true;
}

bool ns_capable_noaudit(struct user_namespace *ns, int capability)
{
	return true;
}

bool has_capability_noaudit(struct task_struct *task, int capability)
{
	return true;
}

bool file_ns_capable(const struct file *file, struct user_namespace *ns,
		     int capability)
{
	return true;
}

bool ptrace_may_access(struct task_struct *task, unsigned int mode)
{
	return true;
}

int security_capable(const struct cred *cred, struct user_namespace *ns,
		     int capability, unsigned int options)
{
	return 0;
}

int security_sb_show_options(struct seq_file *m, struct super_block *super)
{
	return 0;
}

int security_task_getscheduler(struct task_struct *task)
{
	return 0;
}

void security_task_to_inode(struct task_struct *task, struct inode *inode)
{
}

/* --- Waiting ------------------------------------------------------------- */

#undef mutex_lock
void mutex_lock(struct mutex *lock)
{
}

#undef mutex_lock_interruptible
int mutex_lock_interruptible(struct mutex *lock)
{
	return 0;
}

#undef mutex_lock_killable
int mutex_lock_killable(struct mutex *lock)
{
	return 0;
}

int mutex_trylock(struct mutex *lock)
{
	return 1;
}

void mutex_unlock(struct mutex *lock)
{
}

void __mutex_init(struct mutex *lock, const char *name,
		  struct lock_class_key *key)
{
}

void down_read(struct rw_semaphore *lock)
{
}

int down_read_killable(struct rw_semaphore *lock)
{
	return 0;
}

int down_read_interruptible(struct rw_semaphore *lock)
{
	return 0;
}

int down_read_trylock(struct rw_semaphore *lock)
{
	return 1;
}

void up_read(struct rw_semaphore *lock)
{
}

void down_write(struct rw_semaphore *lock)
{
}

void up_write(struct rw_semaphore *lock)
{
}

/*
 * Nobody interrupts this program, and what a CPU of the target has put off
 * until it enables interrupts again, or wants to run instead, is not ours to
 * do.
 */
void __local_bh_enable_ip(unsigned long ip, unsigned int count)
{
	preempt_count_sub((int)count);
}

void do_softirq(void)
{
}

int __cond_resched(void)
{
	return 0;
}

void preempt_schedule(void)
{
}

struct sighand_struct *__lock_task_sighand(struct task_struct *task,
					   unsigned long *flags)
{
	return rcu_dereference(task->sighand);
}

/* Locks are no functions here, but the target's are still on its stacks. */
int in_lock_functions(unsigned long address)
{
	extern char __lock_text_start[], __lock_text_end[];

	return address >= (unsigned long)__lock_text_start &&
	       address < (unsigned long)__lock_text_end;
}

bool rcu_is_watching(void)
{
	return true;
}

#undef call_rcu
void call_rcu(struct rcu_head *head, rcu_callback_t function)
{
}

void percpu_down_write(struct percpu_rw_semaphore *lock)
{
}

void percpu_up_write(struct percpu_rw_semaphore *lock)
{
}

void cpus_read_lock(void)
{
}

void cpus_read_unlock(void)
{
}

void console_lock(void)
{
}

void console_unlock(void)
{
}

void console_list_lock(void)
{
}

void console_list_unlock(void)
{
}

/* --- Time ---------------------------------------------------------------- */

/*
 * What reads the clock of a running CPU. The target's clock is as late as its
 * last tick: what the kernel has written down then.
 */
u64 kvm_clock_get_cycles(struct clocksource *clock)
{
	return source_last_cycle();
}

u64 read_tsc(struct clocksource *clock)
{
	return source_last_cycle();
}

u64 read_hpet(struct clocksource *clock);
u64 acpi_pm_read(struct clocksource *clock);

u64 read_hpet(struct clocksource *clock)
{
	return source_last_cycle();
}

u64 acpi_pm_read(struct clocksource *clock)
{
	return source_last_cycle();
}

/* --- References ---------------------------------------------------------- */

/* The view's counter may be one that another CPU was just changing. */
void refcount_warn_saturate(refcount_t *counter,
			    enum refcount_saturation_type t)
{
}

void __put_task_struct(struct task_struct *task)
{
}

void __put_cred(struct cred *cred)
{
}

void put_pid_ns(struct pid_namespace *ns)
{
}

void fput(struct file *file)
{
}

void dput(struct dentry *dentry)
{
}

void path_get(const struct path *path)
{
}

void path_put(const struct path *path)
{
}

void mntput(struct vfsmount *mount)
{
}

struct vfsmount *mntget(struct vfsmount *mount)
{
	return mount;
}

/* --- The reader's memory ------------------------------------------------ */

/*
 * Byte by byte: of words it could be that they are pointers, which the copy
 * would then have marked as the target's.
 */
unsigned long source_copy(void *to, const void *from, unsigned long size)
{
	const volatile u8 *bytes = from;

	for (unsigned long i = 0; i < size; i++)
		((u8 *)to)[i] = bytes[i];
	return 0;
}

#undef _copy_to_user
unsigned long _copy_to_user(void __user *to, const void *from,
			    unsigned long size)
{
	return source_copy((void __force *)to, from, size);
}

/*
 * Alternatives for assembly that copies or clears the reader's memory. The
 * kernel's tables of alternatives name them; nobody applies those here.
 */
#define NOT_REACHED(function)                               \
	void source_no_##function(void) __asm__(#function); \
	void source_no_##function(void)                     \
	{                                                   \
		BUG();                                      \
	}

NOT_REACHED(clear_user_erms)
NOT_REACHED(clear_user_original)
NOT_REACHED(clear_user_rep_good)
NOT_REACHED(rep_movs_alternative)
NOT_REACHED(rep_stos_alternative)

void __check_object_size(const void *ptr, unsigned long size, bool to_user)
{
}

/* A read has one buffer, so that the simplest kind of iterator does. */
void iov_iter_init(struct iov_iter *iter, unsigned int direction,
		   const struct iovec *vector, unsigned long count, size_t size)
{
	*iter = (struct iov_iter){
		.iter_type = ITER_UBUF,
		.data_source = direction,
		.ubuf = vector->iov_base,
		.count = min(size, vector->iov_len),
	};
}

size_t _copy_to_iter(const void *from, size_t size, struct iov_iter *iter)
{
	size = min(size, iter->count);
	source_copy((void __force *)iter->ubuf + iter->iov_offset, from, size);
	iter->iov_offset += size;
	iter->count -= size;
	return size;
}

/* --- What only a module knows ----------------------------------------------
 */

/* proc/files/print.c has its own: what is missing does not cost it the line. */
__weak int source_show_options(struct seq_file *m, struct dentry *dentry)
{
	return dentry->d_sb->s_op->show_options(m, dentry);
}

__weak int source_show_device(struct seq_file *m, struct dentry *dentry,
			      const char *mounted)
{
	return dentry->d_sb->s_op->show_devname(m, dentry);
}

/* --- The kernel's memory, if it can be read ------------------------------- */

long copy_from_kernel_nofault(void *to, const void *from, size_t size)
{
	volatile long status = -EFAULT;

	/* A length below zero: what is then done to @to would be as long. */
	BUG_ON(size > INT_MAX);
	fathom_try
	{
		memcpy(to, from, size);
		status = 0;
	}
	fathom_catch(fault)
	{
	}
	return status;
}

/* --- Memory of the target's processes ------------------------------------ */

/*
 * How much of it is the process's own memory, and not a file's: a process can
 * have it that its arguments are where any device is mapped.
 */
static int anonymous_size(struct mm_struct *mm, unsigned long address, int size)
{
	unsigned long end = address;

	while (end - address < (unsigned long)size) {
		/* find_vma(), but for its wish that a lock be held. */
		unsigned long index = end;
		struct vm_area_struct *vma =
			mt_find(&mm->mm_mt, &index, ULONG_MAX);

		if (!vma || vma->vm_start > end || vma->vm_end <= end ||
		    !vma_is_anonymous(vma))
			break;
		end = vma->vm_end;
	}
	return min(end - address, (unsigned long)size);
}

int access_remote_vm(struct mm_struct *mm, unsigned long address, void *buffer,
		     int size, unsigned int flags)
{
	if (size <= 0 || (flags & FOLL_WRITE))
		return 0;
	if (flags & FOLL_ANON)
		size = anonymous_size(mm, address, size);
	return fathom_read_user(mm, address, buffer, size);
}
