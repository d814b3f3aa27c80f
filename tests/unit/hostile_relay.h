/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * An agent of ours over a dump at a TCP port, and a relay of the attacker's
 * before it, who does with frames what he likes. Both are threads.
 */
#ifndef HOSTILE_RELAY_H
#define HOSTILE_RELAY_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fathom/seal.h>

#include "server.h"

/** Bytes of the dump that an agent serves; they may change under its feet. */
#define DUMP_SIZE (4u << 20)

struct agent_keys {
	struct fathom_key_store header;
	uint8_t authorized[FATHOM_KEY_SIZE];
};

/** An agent, served as `fathom agent` serves it. */
struct agent_server {
	char address[64]; /* to connect to */
	char path[64];	  /* of the dump */
	char uri[80];	  /* the same as a target */
	int dump;	  /* open for writing */
	struct agent_keys keys;
	uint8_t public_key[FATHOM_KEY_SIZE];
	struct served_target *target;
	struct server_settings settings;
	struct server *server;
	pthread_t thread;
	volatile sig_atomic_t stop;
	sigset_t waiting_mask;
};

/** @param[in] key Of which the agent's key is made; the IDS's is ids_key(). */
void agent_server_start(struct agent_server *agent, uint8_t key);
void agent_server_stop(struct agent_server *agent);
/** Stop, and serve again at the same port, sessions gone. */
void agent_server_restart(struct agent_server *agent);

/** The private key of the one IDS that agents serve. */
const uint8_t *ids_key(void);

struct frame {
	uint8_t bytes[FATHOM_SEAL_MAX_REPLY];
	size_t size;
};

struct hostile_relay;

/**
 * What is done with a frame. To pass it on, or whatever instead, it calls
 * hostile_send(), any number of times.
 *
 * @param[in] reply From the agent, not to it.
 */
typedef void (*hostile_attack)(struct hostile_relay *relay, bool reply,
			       const struct frame *frame);

struct hostile_relay {
	char address[64];
	const char *onward; /* address of the agent; may be changed */
	_Atomic(hostile_attack) attack;		    /* NULL: an honest relay */
	void (*greet)(struct hostile_relay *relay); /* when somebody connects */
	int listener;
	int client;
	int agent;
	int stop[2]; /* a pipe */
	pthread_t thread;
	unsigned int connections;
	/* For attacks. */
	struct frame kept[4];
	size_t kept_count;
	unsigned int seen;
	size_t position;
};

void hostile_start(struct hostile_relay *relay, const char *onward);
void hostile_stop(struct hostile_relay *relay);

/** From an attack: send a frame to the IDS, or to the agent. */
void hostile_send(struct hostile_relay *relay, bool to_ids,
		  const struct frame *frame);

/** The same of bytes without a length before them. */
void hostile_send_bytes(struct hostile_relay *relay, bool to_ids,
			const void *bytes, size_t size);

/** Hang up on the IDS. */
void hostile_hang_up(struct hostile_relay *relay);

#endif /* HOSTILE_RELAY_H */
