/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Faults: loads from the target that cannot be served, and catching them.
 *
 * @code
 *	fathom_try {
 *		printf("%s\n", p->mm->exe_file->f_path.dentry->d_name.name);
 *	}
 *	fathom_catch (f) {
 *		printf("? (%s at %llx)\n", f->message, f->address);
 *	}
 * @endcode
 *
 * A fault that nobody catches ends the program: what it has printed is
 * flushed, the fault is reported on stderr and the exit status is
 * FATHOM_EXIT_FAULT (FATHOM_EXIT_TARGET if the target has gone or its agent
 * fails: then no address is to blame, and none is named).
 *
 * Compiles with the kernel's headers and without any of libc.
 */
#ifndef FATHOM_FAULT_H
#define FATHOM_FAULT_H

#include <fathom/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Why a fault was raised; see fathom_fault_reason_string(). */
enum fathom_fault_reason {
	FATHOM_FAULT_NONE,
	FATHOM_FAULT_NULL,	    /* in the first page */
	FATHOM_FAULT_USER,	    /* lower half: no kernel address */
	FATHOM_FAULT_NON_CANONICAL, /* for the paging mode of the target */
	FATHOM_FAULT_POISON,	    /* LIST_POISON1/2: entry was deleted */
	FATHOM_FAULT_ERROR_POINTER, /* an ERR_PTR() */
	FATHOM_FAULT_NOT_MAPPED,
	FATHOM_FAULT_NOT_RAM,
	FATHOM_FAULT_BAD_TABLE,
	FATHOM_FAULT_TARGET_GONE, /* guest ended, dump unreadable */
	FATHOM_FAULT_AGENT,	  /* broke the protocol, or an error of it */
	FATHOM_FAULT_VIEW_FULL,	  /* see docs: bounded memory of the view */
	FATHOM_FAULT_NOT_LOCAL,	  /* written to, or used as, the program's */
	FATHOM_FAULT_LOOP,	  /* more iterations than FATHOM_LOOP_LIMIT */
	FATHOM_FAULT_BUG, /* BUG() or panic() of the kernel's own code */
	FATHOM_FAULT_UNSUPPORTED, /* possible in the kernel only */
	FATHOM_FAULT_TIME,	  /* what fathom_limit_time() allows is over */
	FATHOM_FAULT_CRASH,	  /* see fathom_catch_crashes() */
};

/** One fault. All strings live as long as the program does. */
struct fathom_fault {
	enum fathom_fault_reason reason;
	const char *message;	/* the reason in words */
	fathom_u64 address;	/* as the target knows it: never tagged */
	fathom_u64 size;	/* of the access, bytes; 0 if unknown */
	const char *file;	/* NULL if unknown */
	const char *expression; /* "task_struct.comm"; NULL if unknown */
	fathom_u32 line;	/* 0 if unknown */
	fathom_u32 column;
};

/** The reason in words: "page not mapped". Static. */
const char *fathom_fault_reason_string(enum fathom_fault_reason reason);

/**
 * Put the report of a fault into @p buffer, as snprintf(3) does:
 * "fault at ffff888003a41000 (4 bytes): page not mapped\n"
 * "  pslist.c:33: task_struct.comm" (the second line only if known).
 * Of a target that has gone or an agent that fails: the message alone.
 *
 * @return Length of the whole report, without the terminating 0.
 */
int fathom_fault_format(const struct fathom_fault *fault, char *buffer,
			__SIZE_TYPE__ size);

/** What fathom_try keeps on the stack. Not for use by hand. */
struct fathom_frame {
	fathom_u64 jump[32]; /* at least a jmp_buf of any libc for x86-64 */
	struct fathom_frame *outer;
	struct fathom_fault fault;
	int entered; /* is in the thread's list of frames */
	int open;    /* neither body nor handler has run to its end */
};

void __fathom_enter(struct fathom_frame *frame);
void __fathom_leave(struct fathom_frame *frame);
int __fathom_setjmp(void *jump) __asm__("_setjmp")
	__attribute__((returns_twice, nothrow));

/**
 * Run the block that follows; when a load in it, or in what it calls, faults,
 * go on with the block of fathom_catch, which must follow.
 *
 * They nest; each thread has its own. A fault inside the handler goes to the
 * fathom_try around it. return, goto and an exit leave the block properly.
 * break and continue leave the fathom_try, not the loop around it, as with
 * the kernel's scoped_guard(). As with setjmp(3), a local variable that is
 * changed in the block and used after a fault must be volatile. longjmp(3)
 * out of the block is not allowed.
 */
#define fathom_try                                                   \
	for (struct fathom_frame __fathom_frame                      \
	     __attribute__((cleanup(__fathom_leave))) = {.open = 1}; \
	     __fathom_frame.open; __fathom_frame.open = 0)           \
		if (!(__fathom_enter(&__fathom_frame),               \
		      __fathom_setjmp(__fathom_frame.jump)))

/**
 * The handler: @p name is a `const struct fathom_fault *`, good inside the
 * block. An empty block ignores faults.
 */
/* A name that is declared takes no parentheses. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define fathom_catch(name)                                             \
	else for (const struct fathom_fault *name                      \
		  __attribute__((__unused__)) = &__fathom_frame.fault; \
		  __fathom_frame.open; __fathom_frame.open = 0)
/* NOLINTEND(bugprone-macro-parentheses) */

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_FAULT_H */
