/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* The table of all IDSes: see table.h. */
#include "table.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/stat.h>

#include <jansson.h>

#include "printable.h"
#include "state_file.h"
#include "status.h"

#define BEGIN	 "\033[?25l\033[2J" /* no cursor; an empty screen */
#define HOME	 "\033[H"
#define LINE_END "\033[K\n"
#define REST	 "\033[J"
#define END	 "\033[?25h"
#define RED	 "\033[31;1m"
#define PLAIN	 "\033[0m"

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

/* The file may be anybody's: what it says goes to a terminal. */
static void print_text(const json_t *ids, const char *name, int width)
{
	char *text =
		printable(json_string_value(json_object_get(ids, name)) ?: "?");

	printf("%-*.*s ", width, width, *text ? text : "-");
	free(text);
}

static long long number(const json_t *ids, const char *name)
{
	return json_integer_value(json_object_get(ids, name));
}

static void print_alarms(const json_t *ids)
{
	const json_t *standing = json_object_get(ids, "standing");
	char *text;
	size_t i;

	for (i = 0; i < json_array_size(standing); i++) {
		text = printable(json_string_value(json_array_get(standing, i))
					 ?: "?");
		printf("%s%s", i ? "," : "", text);
		free(text);
	}
}

static void print_row(const json_t *ids, bool terminal)
{
	bool alarm = json_array_size(json_object_get(ids, "standing"));
	long long beats = number(ids, "beats");

	if (alarm && terminal)
		fputs(RED, stdout);
	print_text(ids, "name", 16);
	print_text(ids, "state", 10);
	print_text(ids, "program", 14);
	print_text(ids, "host", 14);
	if (beats)
		printf("%6.1f ", (double)number(ids, "beat_ms") / 1000);
	else
		printf("%6s ", "-");
	printf("%7lld %7lld %8lld %6lld %8lld  ", beats, number(ids, "epochs"),
	       number(ids, "answered"), number(ids, "faults"),
	       number(ids, "findings"));
	print_alarms(ids);
	if (alarm && terminal)
		fputs(PLAIN, stdout);
	fputs(terminal ? LINE_END : "\n", stdout);
}

static void print_table(const json_t *state, bool terminal)
{
	const json_t *all = json_object_get(state, "ids");
	size_t i;

	printf("%-16s %-10s %-14s %-14s %6s %7s %7s %8s %6s %8s  %s%s", "IDS",
	       "STATE", "PROGRAM", "HOST", "BEAT", "BEATS", "EPOCHS", "CALLS",
	       "FAULTS", "FINDINGS", "ALARMS", terminal ? LINE_END : "\n");
	for (i = 0; i < json_array_size(all); i++)
		print_row(json_array_get(all, i), terminal);
	if (terminal)
		fputs(REST, stdout);
	fflush(stdout);
}

/* Whether the watcher that wrote it still does. */
static bool is_fresh(const char *path)
{
	struct timespec now;
	struct stat status;

	clock_gettime(CLOCK_REALTIME, &now);
	return !stat(path, &status) &&
	       now.tv_sec - status.st_mtime <= 5 * WATCH_STATE_MS / 1000;
}

static int show_once(const char *path, bool terminal)
{
	json_error_t reason;
	json_t *state;

	state = json_load_file(path, JSON_REJECT_DUPLICATES, &reason);
	if (!state || !is_fresh(path)) {
		if (terminal)
			fputs(HOME REST, stdout);
		fflush(stdout);
		warnx("no watcher runs that writes its state to %s", path);
		json_decref(state);
		return STATUS_NEGATIVE;
	}
	if (terminal)
		fputs(HOME, stdout);
	print_table(state, terminal);
	json_decref(state);
	return EXIT_SUCCESS;
}

int watch_table_show(const char *state_path)
{
	const struct timespec pause = {.tv_nsec = WATCH_STATE_MS * 999999L};
	struct sigaction action = {.sa_handler = interrupt};
	int status = EXIT_SUCCESS;

	if (!isatty(STDOUT_FILENO))
		return show_once(state_path, false);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	fputs(BEGIN, stdout);
	while (!interrupted) {
		status = show_once(state_path, true);
		nanosleep(&pause, NULL);
	}
	fputs(END, stdout);
	return status;
}
