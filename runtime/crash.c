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

#include "raise.h"
#include "thread.h"

void fathom_catch_crashes(void);

/* Signal frames with AVX-512 and AMX state take up to 12 KiB. */
#define STACK_SIZE (64 * 1024)

/* A stack that has no room left faults this close to the stack pointer. */
#define STACK_REACH (64 * 1024)

static atomic_bool installed;
static __thread void *own_stack;

struct code {
	uintptr_t start;
	uintptr_t end;
};

/* Where libc's code is: a crash in there may have left stdio locked. */
static struct code libc;

/* Where the program's own is, and how far from where its file says. */
static struct code program;
static uintptr_t program_base;
static atomic_bool catches;

static bool is_in(const struct code *code, uintptr_t address)
{
	return address >= code->start && address < code->end;
}

/* The segment of an object with code that @arg, an address or NULL, is in. */
static struct code find_code(const struct dl_phdr_info *info, const void *arg)
{
	size_t i;

	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uintptr_t start = info->dlpi_addr + header->p_vaddr;
		struct code code = {start, start + header->p_memsz};

		if (header->p_type == PT_LOAD && (header->p_flags & PF_X) &&
		    (!arg || is_in(&code, (uintptr_t)arg)))
			return code;
	}
	return (struct code){0};
}

static int find_libc(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	libc = find_code(info, arg);
	return libc.end > 0;
}

/* The first object of all is the program. */
static int find_program(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	program = find_code(info, NULL);
	program_base = info->dlpi_addr;
	return 1;
}

static void print(const char *text)
{
	/* Nothing can be done about a short or failed write here. */
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

/* snprintf is not safe in a signal handler. @text: room for 17 characters. */
static char *format_hex(uint64_t value, char *text)
{
	int i = 16;

	text[i] = 0;
	do {
		text[--i] = "0123456789abcdef"[value & 15];
		value >>= 4;
	} while (value);
	return text + i;
}

static void print_hex(uint64_t value)
{
	char text[17];

	print(format_hex(value, text));
}

static void flush_output(uintptr_t instruction)
{
	if (is_in(&libc, instruction))
		return;
	if (ftrylockfile(stdout) == 0)
		fflush_unlocked(stdout);
}

static const char *explain(int number, int code, uint64_t address,
			   uint64_t stack)
{
	if (number == SIGBUS)
		return "a mapped file was truncated, or memory has failed";
	if (number == SIGFPE)
		return "a division by zero, or one with too large a result";
	if (number == SIGILL)
		return "an invalid instruction, as stands where code must not "
		       "get";
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

static bool install(int number, bool anew);

/* Not what others send by kill(2), nor what may have left locks taken. */
static bool is_catchable(const siginfo_t *info, uintptr_t instruction)
{
	return atomic_load(&catches) && info->si_code > 0 &&
	       is_in(&program, instruction) && !fathom_thread_is_inside() &&
	       fathom_is_caught();
}

/* Of this thread's last crash. */
static const char *describe(uintptr_t instruction, const char *reason)
{
	static __thread char text[256];
	char hex[17];

	/* As addr2line(1) wants it. */
	stpncpy(stpcpy(stpcpy(stpcpy(text, "the program crashed at "),
			      format_hex(instruction - program_base, hex)),
		       ": "),
		reason, sizeof(text) / 2);
	return text;
}

static _Noreturn void raise_crash(int number, uint64_t address,
				  uintptr_t instruction, const char *reason)
{
	/* The kernel has taken it away, for crashes in here. */
	install(number, true);
	fathom_raise(FATHOM_FAULT_CRASH, describe(instruction, reason), address,
		     0, NULL);
}

static void handle(int number, siginfo_t *info, void *context)
{
	const ucontext_t *user = context;
	uint64_t instruction = user->uc_mcontext.gregs[REG_RIP];
	uint64_t stack = user->uc_mcontext.gregs[REG_RSP];
	bool is_access = number == SIGSEGV || number == SIGBUS;
	uint64_t address = is_access ? (uintptr_t)info->si_addr : 0;
	const char *reason = explain(number, info->si_code, address, stack);

	if (is_catchable(info, instruction))
		raise_crash(number, address, instruction, reason);
	flush_output(instruction);
	print(program_invocation_short_name);
	print(": fathom: the program crashed at instruction ");
	print_hex(instruction);
	if (is_access && info->si_code != SI_KERNEL) {
		print(", address ");
		print_hex(address);
	}
	print(": ");
	print(reason);
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

/* @anew: the handler was ours. */
static bool install(int number, bool anew)
{
	/* Crashing while explaining a crash: the default action ends it. */
	struct sigaction action = {
		.sa_sigaction = handle,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER,
	};
	struct sigaction old;

	if (!anew && (sigaction(number, NULL, &old) ||
		      (old.sa_flags & SA_SIGINFO) || old.sa_handler != SIG_DFL))
		return false;
	return sigaction(number, &action, NULL) == 0;
}

void fathom_crash_install(void)
{
	bool any;

	if (atomic_load(&installed))
		return;
	dl_iterate_phdr(find_libc, (void *)(uintptr_t)fflush);
	any = install(SIGSEGV, false);
	any = install(SIGBUS, false) || any;
	atomic_store(&installed, any);
	fathom_crash_thread_start();
}

void fathom_catch_crashes(void)
{
	if (atomic_load(&catches))
		return;
	dl_iterate_phdr(find_program, NULL);
	install(SIGFPE, false);
	install(SIGILL, false);
	atomic_store(&catches, true);
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
