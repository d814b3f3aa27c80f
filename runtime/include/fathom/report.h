/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Findings: what an IDS has to say to whoever watches.
 *
 * @code
 *	fathom_report(FATHOM_CRITICAL, "syscall_hooked",
 *		      "system call %d leads to %px", i, sys_call_table[i]);
 *
 *	fathom_report_with(FATHOM_CRITICAL, "hidden_process",
 *			   FATHOM_FIELDS(fathom_field("process.pid", p->pid),
 *					 fathom_field("process.name", p->comm)),
 *			   "%s runs, but is in no list", p->comm);
 * @endcode
 *
 * They are printed, a line each, to stdout; as JSON with `fathom run --json`;
 * and with `fathom run --report` they go to `fathom watch` instead.
 *
 * Compiles with the kernel's headers and without any of libc.
 */
#ifndef FATHOM_REPORT_H
#define FATHOM_REPORT_H

#include <fathom/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How bad it is: the severities of syslog (RFC 5424), and their numbers. */
enum fathom_severity {
	FATHOM_EMERGENCY, /* the watched system is lost */
	FATHOM_ALERT,	  /* act at once */
	FATHOM_CRITICAL,  /* an intrusion, as good as certain */
	FATHOM_ERROR,	  /* what ought never to be */
	FATHOM_WARNING,	  /* suspicious */
	FATHOM_NOTICE,	  /* unusual */
	FATHOM_INFORMATION,
	FATHOM_DEBUG,
};

enum fathom_field_kind {
	FATHOM_FIELD_SIGNED,
	FATHOM_FIELD_UNSIGNED,
	FATHOM_FIELD_TEXT,
	FATHOM_FIELD_ADDRESS,
};

/** One field of a finding. Made by @ref fathom_field(). */
struct fathom_field {
	const char *name;
	fathom_u64 kind; /* enum fathom_field_kind */
	fathom_u64 number;
	const void *pointer;
};

static inline struct fathom_field fathom_field_signed(const char *name,
						      long long value)
{
	struct fathom_field field = {name, FATHOM_FIELD_SIGNED,
				     (fathom_u64)value, (const void *)0};

	return field;
}

static inline struct fathom_field
fathom_field_unsigned(const char *name, unsigned long long value)
{
	struct fathom_field field = {name, FATHOM_FIELD_UNSIGNED, value,
				     (const void *)0};

	return field;
}

static inline struct fathom_field fathom_field_text(const char *name,
						    const void *text)
{
	struct fathom_field field = {name, FATHOM_FIELD_TEXT, 0, text};

	return field;
}

static inline struct fathom_field
fathom_field_address(const char *name, const volatile void *address)
{
	struct fathom_field field = {name, FATHOM_FIELD_ADDRESS, 0,
				     (const void *)address};

	return field;
}

/**
 * A field: an integer, a string (a pointer to char), or an address (any other
 * pointer), as @p value is. A string or an address may be the target's.
 *
 * @param[in] name Of ECS (process.*, user.*, file.*, source.*, destination.*,
 * network.*, threat.*: "process.pid"), or any other, which becomes a label
 * ("labels.module"). Letters, digits, "_" and "."; at most 64.
 */
#ifndef __cplusplus
#define fathom_field(name, value)                          \
	_Generic((value),                                  \
		char: fathom_field_signed,                 \
		signed char: fathom_field_signed,          \
		short: fathom_field_signed,                \
		int: fathom_field_signed,                  \
		long: fathom_field_signed,                 \
		long long: fathom_field_signed,            \
		_Bool: fathom_field_unsigned,              \
		unsigned char: fathom_field_unsigned,      \
		unsigned short: fathom_field_unsigned,     \
		unsigned int: fathom_field_unsigned,       \
		unsigned long: fathom_field_unsigned,      \
		unsigned long long: fathom_field_unsigned, \
		char *: fathom_field_text,                 \
		const char *: fathom_field_text,           \
		unsigned char *: fathom_field_text,        \
		const unsigned char *: fathom_field_text,  \
		default: fathom_field_address)(name, value)
#endif

/** The fields of one finding: at most 16, others are left out. */
#define FATHOM_FIELDS(...)                                           \
	(const struct fathom_field[]){__VA_ARGS__},                  \
		sizeof((const struct fathom_field[]){__VA_ARGS__}) / \
			sizeof(struct fathom_field)

/**
 * Report a finding.
 *
 * What is not printable UTF-8 in strings of the target is written as \xNN, and
 * what is longer than 1024 bytes (fields: 256) is cut off. Never waits for the
 * watcher: findings are kept until it has written them down, 1024 of them;
 * those beyond are counted, and the watcher is told.
 *
 * @param[in] rule What was found, in one word that stays the same: letters,
 * digits, "_", "-" and ".", at most 64.
 * @param[in] format As printf's; pointers of the target are welcome. Raises a
 * fault if a string cannot be read.
 */
void fathom_report(enum fathom_severity severity, const char *rule,
		   const char *format, ...)
	__attribute__((__format__(__printf__, 3, 4)));

/** The same, with fields: `FATHOM_FIELDS(...)` is both @p fields and @p count.
 */
void fathom_report_with(enum fathom_severity severity, const char *rule,
			const struct fathom_field *fields, __SIZE_TYPE__ count,
			const char *format, ...)
	__attribute__((__format__(__printf__, 5, 6)));

#ifdef __cplusplus
}
#endif

#endif /* FATHOM_REPORT_H */
