/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Faults: raising, catching, reporting. See <fathom/fault.h>. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fathom/fault.h>
#include <fathom/target.h>

#include "raise.h"
#include "report_start.h"

_Static_assert(sizeof(jmp_buf) <= sizeof(((struct fathom_frame *)0)->jump),
	       "struct fathom_frame has no room for a jmp_buf");

static __thread struct fathom_frame *innermost;
static void (*at_end)(void);
static _Atomic uint64_t fault_count;

const char *fathom_fault_reason_string(enum fathom_fault_reason reason)
{
	switch (reason) {
	case FATHOM_FAULT_NONE:
		return "no fault";
	case FATHOM_FAULT_NULL:
		return "NULL pointer";
	case FATHOM_FAULT_USER:
		return "not a kernel address";
	case FATHOM_FAULT_NON_CANONICAL:
		return "address not canonical";
	case FATHOM_FAULT_POISON:
		return "poisoned pointer of a list entry that was deleted";
	case FATHOM_FAULT_ERROR_POINTER:
		return "error number, not a pointer";
	case FATHOM_FAULT_NOT_MAPPED:
		return "page not mapped";
	case FATHOM_FAULT_NOT_RAM:
		return "page or page table not in RAM";
	case FATHOM_FAULT_BAD_TABLE:
		return "invalid page table";
	case FATHOM_FAULT_TARGET_GONE:
		return "the target has gone";
	case FATHOM_FAULT_AGENT:
		return "the agent failed";
	case FATHOM_FAULT_VIEW_FULL:
		return "the view is full: fathom_refresh() empties it";
	case FATHOM_FAULT_NOT_LOCAL:
		return "memory of the target cannot be written";
	case FATHOM_FAULT_LOOP:
		return "loop limit reached (fathom run --loop-limit)";
	case FATHOM_FAULT_BUG:
		return "BUG() was reached";
	case FATHOM_FAULT_UNSUPPORTED:
		return "not possible outside the kernel";
	case FATHOM_FAULT_TIME:
		return "time limit reached";
	case FATHOM_FAULT_CRASH:
		return "the program crashed";
	}
	return "unknown reason";
}

/* snprintf at the end of what is there already; counts past the end, too. */
static void append(char *buffer, size_t size, int *length, const char *format,
		   ...) __attribute__((format(printf, 4, 5)));
static void append(char *buffer, size_t size, int *length, const char *format,
		   ...)
{
	size_t used = (size_t)*length < size ? (size_t)*length : size;
	va_list args;
	int more;

	va_start(args, format);
	more = vsnprintf(size ? buffer + used : NULL, size - used, format,
			 args);
	va_end(args);
	if (more > 0)
		*length += more;
}

/* Nothing is wrong with the address, nor with the program that read it. */
static bool is_loss_of_target(enum fathom_fault_reason reason)
{
	return reason == FATHOM_FAULT_TARGET_GONE ||
	       reason == FATHOM_FAULT_AGENT;
}

int fathom_fault_format(const struct fathom_fault *fault, char *buffer,
			size_t size)
{
	int length = 0;

	if (is_loss_of_target(fault->reason)) {
		append(buffer, size, &length, "%s", fault->message);
		return length;
	}
	append(buffer, size, &length, "fault");
	/* Loops are nowhere. */
	if (fault->address || fault->size)
		append(buffer, size, &length, " at %llx",
		       (unsigned long long)fault->address);
	if (fault->size)
		append(buffer, size, &length, " (%llu byte%s)",
		       (unsigned long long)fault->size,
		       fault->size == 1 ? "" : "s");
	append(buffer, size, &length, ": %s", fault->message);
	if (!fault->file && !fault->expression)
		return length;
	append(buffer, size, &length, "\n ");
	if (fault->file)
		append(buffer, size, &length, " %s:%u%s", fault->file,
		       fault->line, fault->expression ? ":" : "");
	if (fault->expression)
		append(buffer, size, &length, " %s", fault->expression);
	return length;
}

void __fathom_enter(struct fathom_frame *frame)
{
	frame->outer = innermost;
	frame->entered = 1;
	innermost = frame;
}

void __fathom_leave(struct fathom_frame *frame)
{
	if (!frame->entered)
		return;
	frame->entered = 0;
	innermost = frame->outer;
}

bool fathom_is_caught(void)
{
	return innermost;
}

void fathom_at_end(void (*function)(void))
{
	at_end = function;
}

void fathom_end(int status)
{
	static atomic_flag ending = ATOMIC_FLAG_INIT;

	/* The first thread that ends the program decides how. */
	while (atomic_flag_test_and_set(&ending))
		pause();
	fflush(stdout);
	if (at_end)
		at_end();
	_exit(report_end(status));
}

void fathom_die(int status, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	flockfile(stderr);
	fprintf(stderr, "%s: fathom: ", program_invocation_short_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	funlockfile(stderr);
	fathom_end(status);
}

static _Noreturn void report(const struct fathom_fault *fault)
{
	char text[1024];

	if (is_loss_of_target(fault->reason))
		fathom_die(FATHOM_EXIT_TARGET, "%s", fault->message);
	fathom_fault_format(fault, text, sizeof(text));
	fflush(stdout);
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, text);
	fathom_end(FATHOM_EXIT_FAULT);
}

void fathom_raise(enum fathom_fault_reason reason, const char *message,
		  fathom_u64 address, fathom_u64 size,
		  const struct fathom_site *site)
{
	struct fathom_frame *frame = innermost;
	struct fathom_fault fault = {
		.reason = reason,
		.message = message ? message
				   : fathom_fault_reason_string(reason),
		.address = FATHOM_UNTAG(address),
		.size = size,
	};

	if (site) {
		fault.file = site->file;
		fault.line = site->line;
		fault.column = site->column;
		fault.expression = site->expression;
	}
	atomic_fetch_add_explicit(&fault_count, 1, memory_order_relaxed);
	if (!frame)
		report(&fault);
	/* A fault in the handler belongs to the frame around this one. */
	__fathom_leave(frame);
	frame->fault = fault;
	_longjmp((struct __jmp_buf_tag *)frame->jump, 1);
}

uint64_t fathom_fault_count(void)
{
	return atomic_load_explicit(&fault_count, memory_order_relaxed);
}
