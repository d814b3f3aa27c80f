/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * Looks of `fathom doctor` at what compiles an IDS program: each is tried,
 * not only looked for.
 */
#include "doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fathom/error.h>
#include <fathom/target.h>

#include "capture.h"
#include "clang.h"
#include "headers.h"
#include "memory.h"

static const char plain_program[] = "int main(void) { return 0; }\n";

static const char ids_program[] = "#include <fathom/ids.h>\n"
				  "#include <linux/sched/signal.h>\n"
				  "int main(void) { return init_task.pid; }\n";

/*
 * Run a command. True if its exit status is @p wanted; else @p complaint gets
 * the first line it said, for the caller to free.
 */
static bool try(char *const *arguments, const char *input, int wanted,
		char **complaint)
{
	struct captured captured;
	struct fathom_error *error;
	bool good;

	*complaint = NULL;
	error = capture(arguments, input, &captured);
	if (error) {
		*complaint = xformat("%s", error->message);
		fathom_error_destroy(error);
		return false;
	}
	good = captured.status == wanted;
	if (!good && captured.output[0])
		*complaint = doctor_first_line(captured.output);
	else if (!good)
		*complaint = xformat("%s: exit status %d without a word",
				     arguments[0], captured.status);
	captured_deinit(&captured);
	return good;
}

static void mend_installation(const struct doctor_patient *patient,
			      struct doctor_finding *ret)
{
	const char *prefix = patient->installation.prefix;
	char *cache = xformat("%s/CMakeCache.txt", prefix);

	if (access(cache, F_OK) == 0)
		doctor_mend(ret, "cmake --build %s", prefix);
	else
		doctor_mend(ret, "cmake --install BUILD --prefix %s",
			    prefix[0] ? prefix : "/");
	free(cache);
}

static void mend_clang(struct doctor_finding *ret)
{
	if (getenv("FATHOM_CLANG"))
		doctor_mend(ret, "unset FATHOM_CLANG");
	else
		doctor_mend_packages(ret, "clang-" FATHOM_LLVM_MAJOR);
}

void doctor_look_clang(struct doctor_patient *patient,
		       struct doctor_finding *ret)
{
	char *clang = NULL, *version = NULL;
	struct fathom_error *error;

	error = clang_find(&clang);
	if (!error)
		error = clang_version(clang, &version);
	if (error) {
		doctor_found(ret, DOCTOR_MISSING, "%s", error->message);
		mend_clang(ret);
		fathom_error_destroy(error);
		free(clang);
		return;
	}
	doctor_found(ret, DOCTOR_OK, "%s, version %s", clang, version);
	patient->clang = clang;
	free(version);
}

void doctor_look_plugin(struct doctor_patient *patient,
			struct doctor_finding *ret)
{
	const char *plugin = patient->installation.plugin;
	char *option, *complaint;

	if (!plugin) {
		doctor_found(ret, DOCTOR_MISSING, "no FathomPass.so in %s/lib*",
			     patient->installation.prefix);
		mend_installation(patient, ret);
		return;
	}
	if (!patient->clang) {
		doctor_found(ret, DOCTOR_UNTRIED, "not tried without clang");
		return;
	}
	option = xformat("-fpass-plugin=%s", plugin);
	patient->plugin_loads =
		try((char *[]){patient->clang, option, "-x", "c", "-c", "-",
			       "-o", "/dev/null", NULL},
		    plain_program, 0, &complaint);
	free(option);
	if (patient->plugin_loads) {
		doctor_found(ret, DOCTOR_OK, "%s loads into clang", plugin);
		return;
	}
	doctor_found(ret, DOCTOR_MISSING, "%s does not load: %s", plugin,
		     complaint);
	mend_installation(patient, ret);
	free(complaint);
}

void doctor_look_linker(struct doctor_patient *patient,
			struct doctor_finding *ret)
{
	char *program, *complaint;

	if (!patient->clang) {
		doctor_found(ret, DOCTOR_UNTRIED, "not tried without clang");
		return;
	}
	program = xformat("%s/plain", patient->directory);
	patient->programs_link = try(
		(char *[]){patient->clang, "-x", "c", "-", "-o", program, NULL},
		plain_program, 0, &complaint);
	if (patient->programs_link) {
		doctor_found(ret, DOCTOR_OK, "a plain C program links");
	} else {
		doctor_found(ret, DOCTOR_MISSING,
			     "a plain C program does not link: %s", complaint);
		doctor_mend_packages(ret, "binutils gcc libc6-dev");
		free(complaint);
	}
	free(program);
}

void doctor_look_headers(struct doctor_patient *patient,
			 struct doctor_finding *ret)
{
	struct fathom_headers *headers;
	struct fathom_error *error;
	char *compiler, *complaint;

	error = fathom_headers_find(NULL, &headers);
	if (error) {
		doctor_found(ret, DOCTOR_MISSING, "%s", error->message);
		doctor_mend_packages(ret, "linux-headers-cloud-amd64");
		fathom_error_destroy(error);
		return;
	}
	if (!patient->plugin_loads) {
		doctor_found(ret, DOCTOR_UNTRIED,
			     "%s found, not tried without clang and plugin",
			     headers->release);
		fathom_headers_destroy(headers);
		return;
	}
	compiler = xformat("%s/fathom-cc", patient->installation.binary_dir);
	patient->headers_compile = try((char *[]){compiler, "-x", "c", "-c",
						  "-", "-o", "/dev/null", NULL},
				       ids_program, 0, &complaint);
	if (patient->headers_compile) {
		doctor_found(ret, DOCTOR_OK, "%s in %s compile",
			     headers->release, headers->build);
	} else {
		doctor_found(ret, DOCTOR_MISSING, "%s in %s do not compile: %s",
			     headers->release, headers->build, complaint);
		doctor_mend(ret,
			    "%sapt-get install --reinstall linux-headers-%s",
			    geteuid() ? "sudo " : "", headers->release);
		free(complaint);
	}
	free(compiler);
	fathom_headers_destroy(headers);
}

/* A program that starts, finds libfathom and is told of no target. */
static bool library_works(struct doctor_patient *patient, char **complaint)
{
	char *compiler =
		xformat("%s/fathom-cc", patient->installation.binary_dir);
	char *program = xformat("%s/ids", patient->directory);
	bool works;

	works = try((char *[]){compiler, "-x", "c", "-", "-o", program, NULL},
		    ids_program, 0, complaint) &&
		try((char *[]){program, NULL}, NULL, FATHOM_EXIT_USAGE,
		    complaint);
	free(program);
	free(compiler);
	return works;
}

void doctor_look_library(struct doctor_patient *patient,
			 struct doctor_finding *ret)
{
	const char *directory = patient->installation.library_dir;
	char *complaint;

	if (!directory) {
		doctor_found(ret, DOCTOR_MISSING, "no libfathom.so in %s/lib*",
			     patient->installation.prefix);
		mend_installation(patient, ret);
		return;
	}
	if (!patient->headers_compile || !patient->programs_link) {
		doctor_found(
			ret, DOCTOR_UNTRIED,
			"%s/libfathom.so found, not tried without the above",
			directory);
		return;
	}
	if (library_works(patient, &complaint)) {
		doctor_found(ret, DOCTOR_OK,
			     "%s/libfathom.so: a program links and starts",
			     directory);
		return;
	}
	doctor_found(
		ret, DOCTOR_MISSING,
		"a program does not link with %s/libfathom.so, or not start: %s",
		directory, complaint);
	mend_installation(patient, ret);
	free(complaint);
}
