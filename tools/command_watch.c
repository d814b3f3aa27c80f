/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom watch`: whoever notices when an IDS stops. Also checks what a watcher
 * has written, and shows how it goes.
 */
#include "command.h"

#include <argp.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include <fathom/target.h>

#include "die.h"
#include "key_file.h"
#include "memory.h"
#include "option_number.h"
#include "ready.h"
#include "report_tls.h"
#include "status.h"
#include "watch/event.h"
#include "watch/server.h"
#include "watch/table.h"

#define LONGEST_PATIENCE 3600u

#define AUTHORIZED_FILE	 "watch.authorized"

enum {
	KEY_OUTPUT = 0x100,
	KEY_HOOK,
	KEY_AUTHORIZED,
	KEY_PATIENCE,
	KEY_STATE,
	KEY_VERIFY,
	KEY_WATCH_KEY,
	KEY_TOP,
};

struct watch_options {
	const char *listen;
	const char *outputs[WATCH_MAX_OUTPUTS];
	size_t output_count;
	const char *hook;
	const char *authorized;
	const char *key;
	unsigned int patience; /* seconds */
	const char *state;
	const char *verify;
	char **more; /* files that follow it */
	size_t more_count;
	const char *watch_key; /* public, for --verify */
	bool top;
};

static const struct argp_option options[] = {
	{"listen", 'l', "ADDRESS:PORT", 0,
	 "Wait for IDSes there: no names, IPv6 in brackets", 0},
	{"output", KEY_OUTPUT, "WHERE", 0,
	 "Write findings and alarms to file:PATH, stdout, journald or syslog; may be given several times (default: stdout)",
	 0},
	{"hook", KEY_HOOK, "PROGRAM", 0,
	 "Run this program for each alarm, with the event on its standard input",
	 0},
	{"authorized", KEY_AUTHORIZED, "FILE", 0,
	 "The list of IDSes, a line each: NAME KEY [sha256=DIGEST] [interval=SECONDS] [required] (~/.config/fathom/watch.authorized)",
	 0},
	{"key", 'k', "FILE", 0,
	 "The watcher's private key (~/.config/fathom/watch.key)", 0},
	{"patience", KEY_PATIENCE, "SECONDS", 0,
	 "Time for whoever connects to show a key and say hello (default: 10)",
	 0},
	{"state", KEY_STATE, "FILE", 0,
	 "Write how all IDSes are to this file, for --top ($XDG_RUNTIME_DIR/fathom-watch.json, else none)",
	 0},
	{"verify", KEY_VERIFY, "FILE", 0,
	 "Check a log: whether a line was changed, added or taken away; if it went on in other files, the oldest comes first",
	 1},
	{"watch-key", KEY_WATCH_KEY, "FILE", 0,
	 "With --verify: the watcher's public key (~/.config/fathom/watch.pub)",
	 1},
	{"top", KEY_TOP, NULL, 0,
	 "Show how all IDSes are, as the watcher with the same --state says",
	 1},
	{},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct watch_options *watch = state->input;

	switch (key) {
	case 'l':
		watch->listen = argument;
		return 0;
	case KEY_OUTPUT:
		if (watch->output_count == WATCH_MAX_OUTPUTS)
			argp_error(state, "--output: %u at most",
				   WATCH_MAX_OUTPUTS);
		else
			watch->outputs[watch->output_count++] = argument;
		return 0;
	case KEY_HOOK:
		watch->hook = argument;
		return 0;
	case KEY_AUTHORIZED:
		watch->authorized = argument;
		return 0;
	case 'k':
		watch->key = argument;
		return 0;
	case KEY_PATIENCE:
		watch->patience = option_number("--patience", argument, 10, 1,
						LONGEST_PATIENCE, state);
		return 0;
	case KEY_STATE:
		watch->state = argument;
		return 0;
	case KEY_VERIFY:
		watch->verify = argument;
		return 0;
	case KEY_WATCH_KEY:
		watch->watch_key = argument;
		return 0;
	case KEY_TOP:
		watch->top = true;
		return 0;
	case ARGP_KEY_ARGS:
		watch->more = state->argv + state->next;
		watch->more_count = (size_t)(state->argc - state->next);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "--listen ADDRESS:PORT\n--verify FILE [FILE...]\n--top",
	.doc = "Wait for the findings of IDSes, and notice when one of them stops.\v"
	       "SIGHUP: read the list again, and go on in new files where somebody has moved "
	       "logs away.\n\n"
	       "Exit status: 0 when ended by SIGTERM or SIGINT, or if the log is whole; 1 if it "
	       "is not, or no watcher runs (--top); 123 for wrong usage, keys or lists; 125 if "
	       "it cannot serve.",
};

static volatile sig_atomic_t stop, renew;

static void ask_to_stop(int number)
{
	(void)number;
	stop = 1;
}

static void ask_to_renew(int number)
{
	(void)number;
	renew = 1;
}

/* Only while the server waits, so that none comes unnoticed. */
static void catch_signals(sigset_t *while_waiting)
{
	struct sigaction action = {.sa_handler = ask_to_stop};
	struct sigaction again = {.sa_handler = ask_to_renew};
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, while_waiting);
	sigaction(SIGHUP, &again, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void check(struct fathom_error *error)
{
	if (error)
		die(error->code == FATHOM_ERROR_INVALID_ARGUMENT
			    ? FATHOM_EXIT_USAGE
			    : STATUS_TOOL_FAILED,
		    error);
}

/* @chosen, or the default of that name; never freed. */
static const char *path_of(const char *chosen, const char *name)
{
	char *path;

	if (chosen)
		return chosen;
	check(fathom_key_file_default(name, &path));
	return path;
}

static const char *state_path(const struct watch_options *watch)
{
	const char *folder = getenv("XDG_RUNTIME_DIR");

	if (watch->state)
		return watch->state;
	return folder && folder[0] == '/'
		       ? xformat("%s/fathom-watch.json", folder)
		       : NULL;
}

static void tell_ready(const char *listen)
{
	fprintf(stderr, "fathom watch: ready on %s\n", listen);
	ready_tell_systemd();
}

static void open_outputs(const struct watch_options *watch,
			 const struct watch_settings *settings)
{
	size_t i;

	if (!watch->output_count)
		check(watch_outputs_open(settings->outputs, "stdout",
					 settings->key, NULL, NULL));
	for (i = 0; i < watch->output_count; i++)
		check(watch_outputs_open(settings->outputs, watch->outputs[i],
					 settings->key, watch_event_recall,
					 settings->authorized));
}

static void check_hook(const struct watch_options *watch)
{
	if (watch->hook && (watch->hook[0] != '/' || access(watch->hook, X_OK)))
		errx(FATHOM_EXIT_USAGE,
		     "--hook: `%s' is not the absolute path of a program",
		     watch->hook);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int serve(const struct watch_options *watch)
{
	struct watch_authorized authorized;
	struct watch_outputs outputs = {0};
	struct watch_hook hook = {.path = watch->hook};
	sigset_t while_waiting;
	struct watch_settings settings = {
		.listen = watch->listen,
		.patience_ms = watch->patience * UINT64_C(1000),
		.state = state_path(watch),
		.list = path_of(watch->authorized, AUTHORIZED_FILE),
		.authorized = &authorized,
		.outputs = &outputs,
		.hook = &hook,
		.stop = &stop,
		.renew = &renew,
		.waiting_mask = &while_waiting,
		.ready = tell_ready,
	};
	struct fathom_error *error;

	check_hook(watch);
	check(fathom_key_file_read(path_of(watch->key, REPORT_WATCH_KEY_FILE),
				   true, settings.key));
	check(watch_authorized_read(settings.list, &authorized));
	open_outputs(watch, &settings);
	catch_signals(&while_waiting);
	error = watch_server_run(&settings);
	OPENSSL_cleanse(settings.key, sizeof(settings.key));
	watch_hook_finish(&hook, now_ms);
	watch_outputs_close(&outputs);
	free(authorized.ids);
	check(error);
	return EXIT_SUCCESS;
}

/* Which lines, and of what. */
static void print_extent(const char *name,
			 const struct watch_chain_extent *extent)
{
	if (!extent->before)
		printf("%s: %" PRIu64 " lines, none changed, none missing\n",
		       name, extent->lines);
	else
		printf("%s: lines %" PRIu64 " to %" PRIu64
		       ", none changed, none missing; those before are not here\n",
		       name, extent->before + 1,
		       extent->before + extent->lines);
}

static int verify(const struct watch_options *watch)
{
	size_t count = watch->more_count + 1;
	const char **paths = xreallocarray(NULL, count, sizeof(*paths));
	struct watch_chain_extent extent;
	uint8_t key[FATHOM_KEY_SIZE];
	struct fathom_error *error;
	size_t i;

	paths[0] = watch->verify;
	for (i = 1; i < count; i++)
		paths[i] = watch->more[i - 1];
	check(fathom_key_file_read(
		path_of(watch->watch_key, REPORT_WATCH_PUB_FILE), false, key));
	error = watch_chain_verify(paths, count, key, &extent);
	if (!error)
		print_extent(paths[count - 1], &extent);
	else
		warnx("%s", error->message);
	free(paths);
	if (!error)
		return EXIT_SUCCESS;
	fathom_error_destroy(error);
	return STATUS_NEGATIVE;
}

int command_watch(int argc, char **argv)
{
	struct watch_options watch = {.patience = 10};
	const char *state;

	argp_parse(&argp, argc, argv, 0, NULL, &watch);
	if (!!watch.listen + !!watch.verify + watch.top != 1)
		errx(FATHOM_EXIT_USAGE,
		     "one of --listen, --verify and --top is needed");
	if (watch.more_count && !watch.verify)
		errx(FATHOM_EXIT_USAGE, "`%s' is one argument too many",
		     watch.more[0]);
	if (watch.verify)
		return verify(&watch);
	if (watch.listen)
		return serve(&watch);
	state = state_path(&watch);
	if (!state)
		errx(FATHOM_EXIT_USAGE,
		     "which watcher? give its --state, XDG_RUNTIME_DIR is not set");
	return watch_table_show(state);
}
