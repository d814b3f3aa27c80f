/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Explain crashes of the program itself: see crash.h. */
#include "crash.h"

#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <fathom/abi.h>
#include <fathom/target.h>

/* Signal frames with AVX-512 and AMX state take up to 12 KiB. */
#define STACK_SIZE (64 * 1024)

/* A stack that has no room left faults this close to the stack pointer. */
#define STACK_REACH (64 * 1024)

static atomic_bool installed;
static __thread void *own_stack;

/* Where libc's code is: a crash in there may have left stdio locked. */
static uintptr_t libc_start;
static uintptr_t libc_end;

static int find_libc(struct dl_phdr_info *info, size_t size, void *arg)
{
	uintptr_t inside = (uintptr_t)arg;
	size_t i;

	(void)size;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + header->p_vaddr;

		if (header->p_type != PT_LOAD || inside < start ||
		    inside - start >= header->p_memsz)
			continue;
		libc_start = start;
		libc_end = start + header->p_memsz;
		return 1;
	}
	return 0;
}

static void print(const char *text)
{
	/* Nothing can be done about a short or failed write here. */
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

/* snprintf is not safe in a signal handler. */
static void print_hex(uint64_t value)
{
	char text[17];
	int i = 16;

	text[i] = 0;
	do {
		text[--i] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	print(text + i);
}

static void flush_output(uintptr_t instruction)
{
	if (instruction >= libc_start && instruction < libc_end)
		return;
	if (ftrylockfile(stdout) == 0)
		fflush_unlocked(stdout);
}

static const char *explain(int number, int code, uint64_t address,
			   uint64_t stack)
{
	if (number == SIGBUS)
		return "a mapped file was truncated, or memory has failed";
	if (code == SI_KERNEL)
		return "a non-canonical address, such as a tagged pointer of "
		       "the target, used by code compiled without Fathom";
	if (address < FATHOM_PAGE_SIZE)
		return "a NULL pointer of the program's own";
	if (address + STACK_REACH >= stack && address < stack + STACK_REACH)
		return "the stack is exhausted: recursion without a bound";
	if ((int64_t)address < 0)
		return "a pointer of the target, used by code compiled "
		       "without Fathom";
	return "an invalid pointer of the program's own, or memory of an "
	       "epoch that ended two refreshes ago";
}

static void handle(int number, siginfo_t *info, void *context)
{
	const ucontext_t *user = context;
	uint64_t instruction = user->uc_mcontext.gregs[REG_RIP];
	uint64_t stack = user->uc_mcontext.gregs[REG_RSP];
	uint64_t address = (uintptr_t)info->si_addr;

	flush_output(instruction);
	print(program_invocation_short_name);
	print(": fathom: the program crashed at instruction ");
	print_hex(instruction);
	if (info->si_code != SI_KERNEL) {
		print(", address ");
		print_hex(address);
	}
	print(": ");
	print(explain(number, info->si_code, address, stack));
	print("\n");
	_exit(FATHOM_EXIT_CRASH);
}

static void forbidden(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	print(program_invocation_short_name);
	print(": fathom: the program is sealed (fathom run --seal) and may not make system call 0x");
	print_hex((uint64_t)info->si_syscall);
	print("\n");
	_exit(FATHOM_EXIT_CRASH);
}

int fathom_crash_install_forbidden(void)
{
	const struct sigaction action = {
		.sa_sigaction = forbidden,
		.sa_flags = SA_SIGINFO,
	};

	return sigaction(SIGSYS, &action, NULL);
}

static bool install(int number)
{
	/* Crashing while explaining a crash: the default action ends it. */
	struct sigaction action = {
		.sa_sigaction = handle,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER,
	};
	struct sigaction old;

	if (sigaction(number, NULL, &old) || (old.sa_flags & SA_SIGINFO) ||
	    old.sa_handler != SIG_DFL)
		return false;
	return sigaction(number, &action, NULL) == 0;
}

void fathom_crash_install(void)
{
	bool any;

	if (atomic_load(&installed))
		return;
	dl_iterate_phdr(find_libc, (void *)(uintptr_t)fflush);
	any = install(SIGSEGV);
	any = install(SIGBUS) || any;
	atomic_store(&installed, any);
	fathom_crash_thread_start();
}

void fathom_crash_thread_start(void)
{
	stack_t stack = {.ss_size = STACK_SIZE};
	stack_t old;

	if (!atomic_load(&installed) || own_stack || sigaltstack(NULL, &old) ||
	    !(old.ss_flags & SS_DISABLE))
		return;
	stack.ss_sp = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack.ss_sp == MAP_FAILED)
		return;
	if (sigaltstack(&stack, NULL)) {
		munmap(stack.ss_sp, STACK_SIZE);
		return;
	}
	own_stack = stack.ss_sp;
}

void fathom_crash_thread_end(void)
{
	stack_t none = {.ss_flags = SS_DISABLE};
	stack_t old;

	if (!own_stack)
		return;
	if (sigaltstack(NULL, &old) == 0 && old.ss_sp == own_stack)
		sigaltstack(&none, NULL);
	munmap(own_stack, STACK_SIZE);
	own_stack = NULL;
}
