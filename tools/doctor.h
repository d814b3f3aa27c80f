/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * What `fathom doctor` looks at.
 */
#ifndef FATHOM_TOOLS_DOCTOR_H
#define FATHOM_TOOLS_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "installation.h"

enum doctor_status {
	DOCTOR_OK,
	DOCTOR_MISSING,
	DOCTOR_UNTRIED, /* something it rests on is missing */
};

/** What one look found out. The strings are owned by the structure. */
struct doctor_finding {
	enum doctor_status status;
	char *detail; /* one line */
	char *mend;   /* command that mends it; NULL if all is well */
};

/** What later looks take from earlier ones. */
struct doctor_patient {
	struct installation installation;
	char *clang; /* NULL until one was found */
	bool plugin_loads;
	bool programs_link; /* plain ones */
	bool headers_compile;
	char *directory; /* ours, for files that are tried out */
};

struct doctor_check {
	const char *name;
	const char *needed_for; /* NULL: nothing works without it */
	void (*look)(struct doctor_patient *patient,
		     struct doctor_finding *ret);
};

extern const struct doctor_check doctor_checks[];
extern const size_t doctor_check_count;

/* Those about compiling, in doctor_compiler.c. */
void doctor_look_clang(struct doctor_patient *patient,
		       struct doctor_finding *ret);
void doctor_look_plugin(struct doctor_patient *patient,
			struct doctor_finding *ret);
void doctor_look_linker(struct doctor_patient *patient,
			struct doctor_finding *ret);
void doctor_look_headers(struct doctor_patient *patient,
			 struct doctor_finding *ret);
void doctor_look_library(struct doctor_patient *patient,
			 struct doctor_finding *ret);

/* Those about the machine, in doctor_machine.c. */
void doctor_look_cache(struct doctor_patient *patient,
		       struct doctor_finding *ret);
void doctor_look_qemu(struct doctor_patient *patient,
		      struct doctor_finding *ret);
void doctor_look_kvm(struct doctor_patient *patient,
		     struct doctor_finding *ret);
void doctor_look_busybox(struct doctor_patient *patient,
			 struct doctor_finding *ret);
void doctor_look_archivers(struct doctor_patient *patient,
			   struct doctor_finding *ret);
void doctor_look_memory(struct doctor_patient *patient,
			struct doctor_finding *ret);

/* Those about agents in firmware, in doctor_sealed.c. */
void doctor_look_relay(struct doctor_patient *patient,
		       struct doctor_finding *ret);
void doctor_look_keys(struct doctor_patient *patient,
		      struct doctor_finding *ret);

/** Fill in a finding; formatted as by printf. */
void doctor_found(struct doctor_finding *ret, enum doctor_status status,
		  const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** The command that mends it. */
void doctor_mend(struct doctor_finding *ret, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** "apt-get install PACKAGES", through sudo unless this is root. */
void doctor_mend_packages(struct doctor_finding *ret, const char *packages);

/** The first line of @p text that is not empty, printable; freed by the caller.
 */
char *doctor_first_line(const char *text);

#endif /* FATHOM_TOOLS_DOCTOR_H */
