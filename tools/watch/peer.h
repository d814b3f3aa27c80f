/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * A connection of the watcher's: TLS that never blocks, lines in, lines out,
 * and bounds on what anybody can make it do.
 */
#ifndef FATHOM_WATCH_PEER_H
#define FATHOM_WATCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "ids.h"

/* What waits to be sent; a peer that does not read is let go. */
#define WATCH_PEER_MAX_OUTPUT 65536

/* Messages: so many at once, and so many a second. */
#define WATCH_PEER_BURST 512
#define WATCH_PEER_RATE	 256

enum watch_peer_state {
	WATCH_PEER_NEW,	    /* has not sent a byte */
	WATCH_PEER_SHAKING, /* hands */
	WATCH_PEER_NAMED,   /* its key is known; hello is to come */
	WATCH_PEER_TALKING,
};

struct watch_peer {
	int fd;
	enum watch_peer_state state;
	SSL *ssl;		      /* NULL if new */
	struct watch_ids *ids;	      /* once named */
	uint64_t since;		      /* when it connected */
	char address[64];	      /* for messages */
	uint8_t key[FATHOM_KEY_SIZE]; /* an unknown one, that was refused */
	bool unknown;
	bool wants_write;
	bool wrote;	 /* findings that are not committed yet */
	bool closing;	 /* when all is sent */
	bool ended;	 /* nothing more comes; whole lines may wait in input */
	bool deaf;	 /* nothing can be sent; something may still come */
	uint64_t tokens; /* messages it may send now, in thousandths */
	uint64_t filled; /* when they were counted */
	size_t received;
	char *input; /* REPORT_MAX_LINE; NULL until named */
	char *output;
	size_t output_size;
	struct watch_peer *previous, *next;
};

/** @param[in] fd Taken over, also on failure. @return NULL then. */
struct watch_peer *watch_peer_create(int fd, const char *address, uint64_t now);

/** Close the connection; what is left is the structure, whose fd is -1. */
void watch_peer_hang_up(struct watch_peer *peer);

/**
 * Go on with the handshake.
 *
 * @return False if it has failed.
 */
bool watch_peer_shake(struct watch_peer *peer, SSL_CTX *tls);

/**
 * Read what is there. Behind the last byte of a connection, ended is set: what
 * somebody said before he was killed is as good as anything else.
 */
void watch_peer_receive(struct watch_peer *peer);

/**
 * Take the next line out of the input.
 *
 * @param[out] line Good until the next call.
 * @return -1 if a line is too long, 0 if there is none (or it may not send one
 * now), 1 if there is.
 */
int watch_peer_line(struct watch_peer *peer, char *line, size_t *size,
		    uint64_t now);

/** Whether it has not yet said who it is. */
bool watch_peer_is_stranger(const struct watch_peer *peer);

/** False if there is no room, or memory. What the deaf are told is dropped. */
bool watch_peer_send(struct watch_peer *peer,
		     const struct report_message *message);

/** Send what waits; to one who is deaf, nothing does. */
void watch_peer_flush(struct watch_peer *peer);

/** Whether it has used up its messages for now. */
bool watch_peer_is_held(const struct watch_peer *peer);

/** Whether epoll would say nothing of use: its end, again and again. */
bool watch_peer_is_over(const struct watch_peer *peer);

/** Whether input waits that no event will tell of. */
bool watch_peer_has_input(const struct watch_peer *peer);

#endif /* FATHOM_WATCH_PEER_H */
