/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * See doctor.h.
 */
#include "doctor.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "printable.h"

/* In an order in which each rests only on those before. */
const struct doctor_check doctor_checks[] = {
	{"clang", NULL, doctor_look_clang},
	{"plugin", NULL, doctor_look_plugin},
	{"linker", NULL, doctor_look_linker},
	{"kernel-headers", NULL, doctor_look_headers},
	{"libfathom", NULL, doctor_look_library},
	{"symbol-cache", "a quick start-up", doctor_look_cache},
	{"keys", "smi: and smi+qemu: targets", doctor_look_keys},
	{"relay", "smi: targets", doctor_look_relay},
	{"qemu", "fathom-lab", doctor_look_qemu},
	{"kvm", "a quick fathom-lab", doctor_look_kvm},
	{"busybox", "fathom-lab", doctor_look_busybox},
	{"archivers", "fathom-lab", doctor_look_archivers},
	{"shared-memory", "a quick fathom-lab", doctor_look_memory},
};

const size_t doctor_check_count =
	sizeof(doctor_checks) / sizeof(doctor_checks[0]);

void doctor_found(struct doctor_finding *ret, enum doctor_status status,
		  const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	ret->status = status;
	ret->detail = xvformat(format, arguments);
	va_end(arguments);
}

void doctor_mend(struct doctor_finding *ret, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	ret->mend = xvformat(format, arguments);
	va_end(arguments);
}

void doctor_mend_packages(struct doctor_finding *ret, const char *packages)
{
	doctor_mend(ret, "%sapt-get install %s", geteuid() ? "sudo " : "",
		    packages);
}

char *doctor_first_line(const char *text)
{
	size_t length;
	char *line, *result;

	text += strspn(text, "\n");
	length = strcspn(text, "\n");
	line = xformat("%.*s", (int)length, text);
	result = printable(line);
	free(line);
	return result;
}
