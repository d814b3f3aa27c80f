/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/**
 * @file
 * TLS 1.3 between IDSes and their watcher. Each side has an Ed25519 key, in a
 * file as key_file.h keeps it, and knows the public key of the other: no
 * certificate authority, no names. The certificates that TLS wants are made of
 * the keys when a program starts, and say nothing.
 */
#ifndef FATHOM_REPORT_TLS_H
#define FATHOM_REPORT_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include <fathom/error.h>
#include <fathom/seal.h>

#include "report_message.h"

/** Names of the default key files: see key_file.h. */
#define REPORT_KEY_FILE	      "report.key" /* an IDS's */
#define REPORT_WATCH_KEY_FILE "watch.key"  /* the watcher's */
#define REPORT_WATCH_PUB_FILE "watch.pub"  /* its public half, at an IDS */

/** Whether to talk to the owner of a public key. */
typedef bool (*report_tls_accept)(void *context, SSL *ssl,
				  const uint8_t key[FATHOM_KEY_SIZE]);

/** The public half of an Ed25519 key. */
struct fathom_error *
report_tls_public_key(const uint8_t private_key[FATHOM_KEY_SIZE],
		      uint8_t public_key[FATHOM_KEY_SIZE]);

/**
 * Settings for connections in which both sides have shown a key.
 *
 * @param[in] accept Asked for each connection, with @p context.
 * @param[out] ret Freed by SSL_CTX_free().
 */
struct fathom_error *
report_tls_context(bool server, const uint8_t private_key[FATHOM_KEY_SIZE],
		   report_tls_accept accept, void *context, SSL_CTX **ret);

/** The key of the other side, after the handshake. */
bool report_tls_peer(SSL *ssl, uint8_t key[FATHOM_KEY_SIZE]);

/**
 * The answer to a challenge: made of the keys of this very connection, so that
 * it is of no use in any other.
 */
bool report_tls_proof(SSL *ssl, uint64_t number,
		      const uint8_t challenge[REPORT_CHALLENGE_SIZE],
		      uint8_t proof[REPORT_CHALLENGE_SIZE]);

/** What OpenSSL has to say about the last failure; forgets it. */
const char *report_tls_reason(void);

#endif /* FATHOM_REPORT_TLS_H */
