/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom doctor`: what is missing on this machine, and what mends it.
 */
#include "command.h"

#include <argp.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fathom/error.h>

#include "die.h"
#include "doctor.h"
#include "json_output.h"
#include "memory.h"
#include "status.h"

static const struct argp_option options[] = {
	{"json", 'j', NULL, 0, "Write JSON", 0},
	{},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	bool *json = state->input;

	switch (key) {
	case 'j':
		*json = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "`%s' is one argument too many", argument);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Try out what Fathom needs of this machine; for what is missing, print the "
	       "command that mends it.\v"
	       "Exit status: 0 if IDS programs can be compiled and run, 1 if not, 123 for "
	       "wrong usage. What only fathom-lab wants does not count.",
};

static void print_human(const struct doctor_check *check,
			const struct doctor_finding *finding)
{
	static const struct {
		const char *word, *colour;
	} marks[] = {
		[DOCTOR_OK] = {"ok", "\033[32m"},
		[DOCTOR_MISSING] = {"MISSING", "\033[31m"},
		[DOCTOR_UNTRIED] = {"untried", "\033[33m"},
	};
	const char *no_colour = getenv("NO_COLOR");
	bool colour = isatty(STDOUT_FILENO) && !(no_colour && no_colour[0]);

	/* Nothing rests on it: a wish rather than a need. */
	const char *word = finding->status == DOCTOR_MISSING &&
					   check->needed_for
				   ? "absent"
				   : marks[finding->status].word;

	printf("%s%-7s%s  %-14s  %s\n",
	       colour ? marks[finding->status].colour : "", word,
	       colour ? "\033[0m" : "", check->name, finding->detail);
	if (finding->status == DOCTOR_MISSING && check->needed_for)
		printf("%25s(only wanted for %s)\n", "", check->needed_for);
	if (finding->mend)
		printf("%25s%s\n", "", finding->mend);
	fflush(stdout);
}

static json_t *json_finding(const struct doctor_check *check,
			    const struct doctor_finding *finding)
{
	static const char *const words[] = {
		[DOCTOR_OK] = "ok",
		[DOCTOR_MISSING] = "missing",
		[DOCTOR_UNTRIED] = "untried",
	};
	json_t *result = json_object();

	json_object_set_new(result, "name", json_string(check->name));
	json_object_set_new(result, "needed", json_boolean(!check->needed_for));
	json_object_set_new(result, "status",
			    json_string(words[finding->status]));
	json_object_set_new(result, "detail", json_text(finding->detail));
	json_object_set_new(result, "mend", json_text(finding->mend));
	return result;
}

static void patient_init(struct doctor_patient *patient)
{
	const char *temporary = getenv("TMPDIR");
	struct fathom_error *error;

	memset(patient, 0, sizeof(*patient));
	error = installation_find(&patient->installation);
	if (error)
		die(STATUS_TOOL_FAILED, error);
	patient->directory = xformat("%s/fathom-doctor-XXXXXX",
				     temporary ? temporary : "/tmp");
	if (!mkdtemp(patient->directory))
		err(STATUS_TOOL_FAILED, "%s", patient->directory);
	/* A program that is tried out shall find no target. */
	unsetenv("FATHOM_TARGET");
	/* `fathom doctor | head` shall leave no folder behind. */
	(void)signal(SIGPIPE, SIG_IGN);
}

static void patient_deinit(struct doctor_patient *patient)
{
	static const char *const files[] = {"plain", "ids"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *file = xformat("%s/%s", patient->directory, files[i]);

		unlink(file);
		free(file);
	}
	rmdir(patient->directory);
	free(patient->directory);
	free(patient->clang);
	installation_deinit(&patient->installation);
}

int command_doctor(int argc, char **argv)
{
	struct doctor_patient patient;
	json_t *checks = json_array();
	bool json = false, healthy = true;

	argp_parse(&argp, argc, argv, 0, NULL, &json);
	patient_init(&patient);
	for (size_t i = 0; i < doctor_check_count; i++) {
		const struct doctor_check *check = &doctor_checks[i];
		struct doctor_finding finding = {};

		check->look(&patient, &finding);
		if (finding.status != DOCTOR_OK && !check->needed_for)
			healthy = false;
		if (json)
			json_array_append_new(checks,
					      json_finding(check, &finding));
		else
			print_human(check, &finding);
		free(finding.detail);
		free(finding.mend);
	}
	patient_deinit(&patient);
	if (json)
		json_print(json_pack("{s:b, s:O}", "healthy", healthy, "checks",
				     checks));
	json_decref(checks);
	return healthy ? EXIT_SUCCESS : STATUS_NEGATIVE;
}
