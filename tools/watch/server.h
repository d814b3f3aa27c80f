/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * `fathom watch`: one thread that serves all IDSes.
 */
#ifndef FATHOM_WATCH_SERVER_H
#define FATHOM_WATCH_SERVER_H

#include <signal.h>

#include "authorized.h"
#include "hook.h"
#include "outputs.h"

/*
 * Connections that have not shown a key of the list: when there are more, the
 * oldest must go. Each IDS has one more.
 */
#define WATCH_MAX_STRANGERS 1024

struct watch_settings {
	const char *listen;   /* ADDRESS:PORT */
	uint64_t patience_ms; /* to show a key and say hello */
	const char *state;    /* path of the state file; NULL: none */
	uint8_t key[FATHOM_KEY_SIZE];
	const char *list;		     /* path of the list of IDSes */
	struct watch_authorized *authorized; /* that list */
	struct watch_outputs *outputs;
	struct watch_hook *hook;
	const volatile sig_atomic_t *stop; /* return when it becomes true */
	/* When it becomes true: read the list again, follow moved logs. */
	volatile sig_atomic_t *renew;
	const sigset_t *waiting_mask; /* signals while it waits */
	void (*ready)(const char *listen);
};

/** Serve until told to stop. */
struct fathom_error *watch_server_run(const struct watch_settings *settings);

#endif /* FATHOM_WATCH_SERVER_H */
