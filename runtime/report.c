/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* Findings of programs: see <fathom/report.h>. */
#include <fathom/report.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "format_arguments.h"
#include "remote_string.h"
#include "report_finding.h"
#include "report_start.h"
#include "report_text.h"

/* Of text before it is made clean; more would be cut off anyhow. */
#define LONGEST_TEXT (4 * REPORT_MESSAGE_SIZE)

static void set_severity(struct report_finding *finding,
			 enum fathom_severity severity)
{
	finding->severity = (unsigned int)severity;
	if (finding->severity > REPORT_LOWEST_SEVERITY)
		finding->severity = REPORT_LOWEST_SEVERITY;
}

static void set_message(struct report_finding *finding, const char *format,
			va_list args)
{
	struct fathom_arguments arguments;
	char text[LONGEST_TEXT];

	text[0] = '\0';
	format = fathom_arguments_collect(&arguments, format, args, NULL);
	vsnprintf(text, sizeof(text), format,
		  fathom_arguments_list(&arguments));
	report_text_clean(finding->message, sizeof(finding->message), text,
			  strlen(text));
}

static void set_text(struct report_field *to, const char *text)
{
	size_t length;

	if (!text)
		text = "(null)";
	length = fathom_string_length(text, REPORT_VALUE_SIZE, NULL);
	report_text_clean(to->text, sizeof(to->text),
			  fathom_access(text, length, NULL), length);
}

static void set_field(struct report_field *to, const struct fathom_field *from)
{
	report_text_word(to->name, sizeof(to->name),
			 fathom_string(from->name, NULL), "_.");
	switch (from->kind) {
	case FATHOM_FIELD_TEXT:
		set_text(to, from->pointer);
		return;
	case FATHOM_FIELD_ADDRESS:
		snprintf(to->text, sizeof(to->text), "0x%llx",
			 (unsigned long long)(uintptr_t)fathom_untag(
				 from->pointer));
		return;
	case FATHOM_FIELD_UNSIGNED:
		/* JSON's numbers end there, for most readers earlier. */
		if (from->number > INT64_MAX) {
			snprintf(to->text, sizeof(to->text), "%llu",
				 (unsigned long long)from->number);
			return;
		}
		break;
	default:
		break;
	}
	to->is_number = true;
	to->number = (int64_t)from->number;
}

static void report(enum fathom_severity severity, const char *rule,
		   const struct fathom_field *fields, size_t count,
		   const char *format, va_list args)
{
	struct report_finding finding = {.time = report_now()};
	size_t i;

	set_severity(&finding, severity);
	report_text_word(finding.rule, sizeof(finding.rule),
			 fathom_string(rule, NULL), "_-.");
	set_message(&finding, format, args);
	for (i = 0; i < count && i < REPORT_MAX_FIELDS; i++)
		set_field(&finding.fields[i], &fields[i]);
	finding.field_count = (unsigned int)i;
	report_send(&finding);
}

void fathom_report(enum fathom_severity severity, const char *rule,
		   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(severity, rule, NULL, 0, format, args);
	va_end(args);
}

void fathom_report_with(enum fathom_severity severity, const char *rule,
			const struct fathom_field *fields, size_t count,
			const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(severity, rule, fields, count, format, args);
	va_end(args);
}
