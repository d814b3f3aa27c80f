/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom key`: key pairs of IDSes and of agents, and whom an agent serves.
 */
#include "command.h"

#include <argp.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <fathom/target.h>

#include "crypto.h"
#include "die.h"
#include "key_file.h"
#include "key_store_file.h"
#include "memory.h"
#include "platform.h"
#include "report_tls.h"
#include "status.h"

struct key_options {
	const char *action;
	char **keys; /* arguments after the action */
	int key_count;
	const char *key_path;	/* NULL: the default */
	const char *store_path; /* NULL: the default */
	bool agent;
	const char *tls; /* name of the default file of a key for TLS */
	bool authorized;
	bool remove;
};

enum { KEY_REPORT = 0x100, KEY_WATCH };

static const struct argp_option options[] = {
	{"key", 'k', "FILE", 0,
	 "File of the private key (for IDSes: FATHOM_KEY, or ~/.config/fathom/ids.key)",
	 0},
	{"agent", 'a', NULL, 0, "The agent's key pair, not an IDS's", 0},
	{"store", 's', "FILE", 0,
	 "Key store of the agent (~/.config/fathom/agent.keys); implies --agent",
	 0},
	{"report", KEY_REPORT, NULL, 0,
	 "The key by which an IDS reports to `fathom watch' (~/.config/fathom/report.key)",
	 0},
	{"watch", KEY_WATCH, NULL, 0,
	 "The key of `fathom watch' (~/.config/fathom/watch.key)", 0},
	{"authorized", 'l', NULL, 0,
	 "show: list the IDS keys that the agent serves", 0},
	{"remove", 'r', NULL, 0,
	 "authorize: take the keys off the agent's list", 0},
	{},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct key_options *chosen = state->input;

	switch (key) {
	case 'k':
		chosen->key_path = argument;
		return 0;
	case 's':
		chosen->store_path = argument;
		chosen->agent = true;
		return 0;
	case 'a':
		chosen->agent = true;
		return 0;
	case KEY_REPORT:
		chosen->tls = REPORT_KEY_FILE;
		return 0;
	case KEY_WATCH:
		chosen->tls = REPORT_WATCH_KEY_FILE;
		return 0;
	case 'l':
		chosen->authorized = true;
		return 0;
	case 'r':
		chosen->remove = true;
		return 0;
	case ARGP_KEY_ARGS:
		chosen->action = state->argv[state->next];
		chosen->keys = state->argv + state->next + 1;
		chosen->key_count = state->argc - state->next - 1;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "generate, show or authorize?");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "generate\nshow\nauthorize KEY...",
	.doc = "Make the key pairs of IDSes and agents, print public keys, and tell an agent "
	       "which IDSes it serves. A KEY is a public key in base64, or a file with one.\v"
	       "Exit status: 0, 1 if a key to be removed is not on the list, 123 for wrong "
	       "usage or a file that is no key, 125 for other failures.",
};

static void __attribute__((noreturn)) fail(struct fathom_error *error)
{
	die(error->code == FATHOM_ERROR_INVALID_ARGUMENT ? FATHOM_EXIT_USAGE
							 : STATUS_TOOL_FAILED,
	    error);
}

/* The folders that @path lies in, for the user alone. */
static void make_folders(const char *path)
{
	char *folder = xformat("%s", path);
	char *slash = folder;

	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		if (mkdir(folder, 0700) && errno != EEXIST)
			fail(fathom_error_os(errno, "folder %s", folder));
		*slash = '/';
	}
	free(folder);
}

/* @chosen, or the default of that name, whose folder is made if it is to. */
static const char *path_of(const char *chosen, const char *name, bool make)
{
	static char *path; /* of the last call; freed by the next */
	struct fathom_error *error;

	if (chosen)
		return chosen;
	free(path);
	path = NULL;
	error = fathom_key_file_default(name, &path);
	if (error)
		fail(error);
	if (make)
		make_folders(path);
	return path;
}

static const char *key_path(const struct key_options *chosen, bool make)
{
	const char *variable = getenv("FATHOM_KEY");

	if (chosen->tls)
		return path_of(chosen->key_path, chosen->tls, make);
	if (!chosen->key_path && variable && *variable)
		return variable;
	return path_of(chosen->key_path, FATHOM_KEY_FILE_IDS, make);
}

static const char *store_path(const struct key_options *chosen, bool make)
{
	return path_of(chosen->store_path, KEY_STORE_FILE_NAME, make);
}

static void print_key(const uint8_t key[FATHOM_KEY_SIZE])
{
	char text[FATHOM_KEY_TEXT_LENGTH + 1];

	fathom_key_encode(key, text);
	puts(text);
}

/* Print the public half of a key for TLS; wipes @private_key. */
static void print_tls_public(uint8_t private_key[FATHOM_KEY_SIZE])
{
	uint8_t key[FATHOM_KEY_SIZE];
	struct fathom_error *error;

	error = report_tls_public_key(private_key, key);
	crypto_wipe(private_key, FATHOM_KEY_SIZE);
	if (error)
		fail(error);
	print_key(key);
}

/* Print the public half; wipes @private_key. */
static void print_public(uint8_t private_key[FATHOM_KEY_SIZE])
{
	struct crypto_private_key key;
	bool ok = crypto_private_key_load(&key, private_key);

	crypto_wipe(private_key, FATHOM_KEY_SIZE);
	if (!ok)
		errx(STATUS_TOOL_FAILED, "this libcrypto has no X25519");
	print_key(key.public_key);
	crypto_private_key_wipe(&key);
}

static void new_private_key(uint8_t key[FATHOM_KEY_SIZE])
{
	if (!fathom_platform_random(key, FATHOM_KEY_SIZE))
		err(STATUS_TOOL_FAILED, "no random numbers for a key");
}

static int generate_agent(const struct key_options *chosen)
{
	struct key_store_file store = {
		.header =
			{
				.magic = FATHOM_KEY_STORE_MAGIC,
				.version = FATHOM_KEY_STORE_VERSION,
			},
	};
	struct fathom_error *error;

	new_private_key(store.header.private_key);
	error = key_store_file_create(store_path(chosen, true), &store);
	if (error) {
		crypto_wipe(&store, sizeof(store));
		fail(error);
	}
	print_public(store.header.private_key);
	return EXIT_SUCCESS;
}

static void print_ids(const struct key_options *chosen,
		      uint8_t key[FATHOM_KEY_SIZE])
{
	if (chosen->tls)
		print_tls_public(key);
	else
		print_public(key);
}

static int generate_ids(const struct key_options *chosen)
{
	uint8_t key[FATHOM_KEY_SIZE];
	struct fathom_error *error;

	new_private_key(key);
	error = fathom_key_file_write(key_path(chosen, true), true, key);
	if (error) {
		crypto_wipe(key, sizeof(key));
		fail(error);
	}
	print_ids(chosen, key);
	return EXIT_SUCCESS;
}

static int generate(const struct key_options *chosen)
{
	return chosen->agent ? generate_agent(chosen) : generate_ids(chosen);
}

static void read_store(const struct key_options *chosen,
		       struct key_store_file *store)
{
	struct fathom_error *error;

	error = key_store_file_read(store_path(chosen, false), store);
	if (error) {
		crypto_wipe(store, sizeof(*store));
		fail(error);
	}
}

static int show_authorized(const struct key_options *chosen)
{
	struct key_store_file store;

	read_store(chosen, &store);
	crypto_wipe(store.header.private_key, FATHOM_KEY_SIZE);
	for (uint32_t i = 0; i < store.header.count; i++)
		print_key(store.authorized[i]);
	return EXIT_SUCCESS;
}

static int show_agent(const struct key_options *chosen)
{
	struct key_store_file store;

	read_store(chosen, &store);
	print_public(store.header.private_key);
	return EXIT_SUCCESS;
}

static int show_ids(const struct key_options *chosen)
{
	uint8_t key[FATHOM_KEY_SIZE];
	struct fathom_error *error;

	error = fathom_key_file_read(key_path(chosen, false), true, key);
	if (error)
		fail(error);
	print_ids(chosen, key);
	return EXIT_SUCCESS;
}

static int show(const struct key_options *chosen)
{
	if (chosen->authorized)
		return show_authorized(chosen);
	return chosen->agent ? show_agent(chosen) : show_ids(chosen);
}

/* A public key: itself, or the file that it is in. */
static void read_public(const char *argument, uint8_t key[FATHOM_KEY_SIZE])
{
	struct fathom_error *error;

	if (!fathom_key_decode(argument, strlen(argument), key)) {
		error = fathom_key_file_read(argument, false, key);
		if (error)
			fail(fathom_error_prefix(
				error, "`%s' is no key in base64", argument));
	}
	if (crypto_is_zero(key, FATHOM_KEY_SIZE))
		errx(FATHOM_EXIT_USAGE, "`%s' is nobody's key: all zero",
		     argument);
}

static void add_key(struct key_store_file *store, const char *argument,
		    const uint8_t key[FATHOM_KEY_SIZE])
{
	uint32_t index = key_store_file_find(store, key);

	if (index < store->header.count)
		return;
	if (index == FATHOM_KEY_STORE_MAX)
		errx(FATHOM_EXIT_USAGE,
		     "no room for `%s': an agent serves %u keys at most",
		     argument, FATHOM_KEY_STORE_MAX);
	memcpy(store->authorized[index], key, FATHOM_KEY_SIZE);
	store->header.count++;
}

static bool remove_key(struct key_store_file *store, const char *argument,
		       const uint8_t key[FATHOM_KEY_SIZE])
{
	uint32_t index = key_store_file_find(store, key);
	uint32_t count = store->header.count;

	if (index == count) {
		warnx("`%s' is not on the agent's list", argument);
		return false;
	}
	memmove(store->authorized[index], store->authorized[index + 1],
		(size_t)(count - index - 1) * FATHOM_KEY_SIZE);
	store->header.count--;
	return true;
}

static int authorize(const struct key_options *chosen)
{
	struct key_store_file store;
	struct fathom_error *error;
	int status = EXIT_SUCCESS;

	if (!chosen->key_count)
		errx(FATHOM_EXIT_USAGE, "whom? give public keys of IDSes");
	read_store(chosen, &store);
	for (int i = 0; i < chosen->key_count; i++) {
		uint8_t key[FATHOM_KEY_SIZE];

		read_public(chosen->keys[i], key);
		if (!chosen->remove)
			add_key(&store, chosen->keys[i], key);
		else if (!remove_key(&store, chosen->keys[i], key))
			status = STATUS_NEGATIVE;
	}
	error = key_store_file_replace(store_path(chosen, false), &store);
	crypto_wipe(&store, sizeof(store));
	if (error)
		fail(error);
	return status;
}

static const struct {
	const char *name;
	int (*run)(const struct key_options *chosen);
	bool takes_keys;
} actions[] = {
	{"generate", generate, false},
	{"show", show, false},
	{"authorize", authorize, true},
};

int command_key(int argc, char **argv)
{
	struct key_options chosen = {};

	argp_parse(&argp, argc, argv, 0, NULL, &chosen);
	if (chosen.tls && (chosen.agent || chosen.authorized))
		errx(FATHOM_EXIT_USAGE,
		     "--report and --watch are not of the agent's keys");
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(chosen.action, actions[i].name) != 0)
			continue;
		if (chosen.key_count && !actions[i].takes_keys)
			errx(FATHOM_EXIT_USAGE, "`%s' is one argument too many",
			     chosen.keys[0]);
		return actions[i].run(&chosen);
	}
	errx(FATHOM_EXIT_USAGE,
	     "`%s' is not generate, show or authorize; see `fathom help key'",
	     chosen.action);
}
