/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/* Copyright (c) 2026 The Fathom authors */
/* TLS with keys that both sides know: see report_tls.h. */
#include "report_tls.h"

#include <endian.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#define EXPORTER_LABEL "EXPORTER-fathom-report-beat"

/* Length first, as ALPN has it. */
static const unsigned char protocols[] = "\x0f" REPORT_PROTOCOL;
#define PROTOCOLS_SIZE (sizeof(protocols) - 1)
_Static_assert(PROTOCOLS_SIZE == 1 + 0x0f, "the protocol's length is wrong");

struct pin {
	report_tls_accept accept;
	void *context;
};

const char *report_tls_reason(void)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(code);

	ERR_clear_error();
	/* What OpenSSL calls certificates is keys to our users. */
	if (ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED)
		return "it has another key than it should have";
	if (ERR_GET_REASON(code) == SSL_R_SSLV3_ALERT_BAD_CERTIFICATE)
		return "it does not know our key";
	return reason ? reason : "unknown reason";
}

static struct fathom_error *failed(const char *what)
{
	return fathom_error_create(FATHOM_ERROR_UNSUPPORTED, "TLS: %s: %s",
				   what, report_tls_reason());
}

static EVP_PKEY *load(const uint8_t private_key[FATHOM_KEY_SIZE])
{
	return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, private_key,
					    FATHOM_KEY_SIZE);
}

static bool raw_public_key(const EVP_PKEY *key, uint8_t ret[FATHOM_KEY_SIZE])
{
	size_t size = FATHOM_KEY_SIZE;

	return key && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 &&
	       EVP_PKEY_get_raw_public_key(key, ret, &size) == 1 &&
	       size == FATHOM_KEY_SIZE;
}

struct fathom_error *
report_tls_public_key(const uint8_t private_key[FATHOM_KEY_SIZE],
		      uint8_t public_key[FATHOM_KEY_SIZE])
{
	EVP_PKEY *key = load(private_key);
	bool ok = raw_public_key(key, public_key);

	EVP_PKEY_free(key);
	return ok ? NULL : failed("this libcrypto has no Ed25519");
}

/* Valid always: keys are taken off lists, they do not run out. */
static bool fill_certificate(X509 *certificate, EVP_PKEY *key)
{
	X509_NAME *name = X509_get_subject_name(certificate);

	return X509_set_version(certificate, X509_VERSION_3) &&
	       ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) &&
	       ASN1_TIME_set_string(X509_getm_notBefore(certificate),
				    "19700101000000Z") &&
	       ASN1_TIME_set_string(X509_getm_notAfter(certificate),
				    "99991231235959Z") &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					  (const unsigned char *)"fathom", -1,
					  -1, 0) &&
	       X509_set_issuer_name(certificate, name) &&
	       X509_set_pubkey(certificate, key) &&
	       X509_sign(certificate, key, NULL);
}

static bool use_key(SSL_CTX *tls, EVP_PKEY *key)
{
	X509 *certificate = X509_new();
	bool ok = certificate && fill_certificate(certificate, key) &&
		  SSL_CTX_use_certificate(tls, certificate) == 1 &&
		  SSL_CTX_use_PrivateKey(tls, key) == 1;

	X509_free(certificate);
	return ok;
}

/* Instead of a chain of certificates: whose key is it? */
static int verify(X509_STORE_CTX *store, void *argument)
{
	int index = SSL_get_ex_data_X509_STORE_CTX_idx();
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, index);
	X509 *certificate = X509_STORE_CTX_get0_cert(store);
	const struct pin *pin = argument;
	uint8_t key[FATHOM_KEY_SIZE];

	if (certificate && raw_public_key(X509_get0_pubkey(certificate), key) &&
	    pin->accept(pin->context, ssl, key)) {
		X509_STORE_CTX_set_error(store, X509_V_OK);
		return 1;
	}
	X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
	return 0;
}

static int select_protocol(SSL *ssl, const unsigned char **out,
			   unsigned char *out_size, const unsigned char *in,
			   unsigned int in_size, void *argument)
{
	unsigned char *selected;

	(void)ssl;
	(void)argument;
	if (SSL_select_next_proto(&selected, out_size, protocols,
				  PROTOCOLS_SIZE, in,
				  in_size) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = selected;
	return SSL_TLSEXT_ERR_OK;
}

static void free_pin(void *parent, void *pin, CRYPTO_EX_DATA *data, int index,
		     long argl, void *argp)
{
	(void)parent;
	(void)data;
	(void)index;
	(void)argl;
	(void)argp;
	OPENSSL_free(pin);
}

/* Kept with the context, and freed with it. */
static struct pin *add_pin(SSL_CTX *tls)
{
	static int index = -1;
	struct pin *pin;

	if (index < 0)
		index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_pin);
	pin = OPENSSL_zalloc(sizeof(*pin));
	if (index >= 0 && pin && SSL_CTX_set_ex_data(tls, index, pin))
		return pin;
	OPENSSL_free(pin);
	return NULL;
}

static bool set_up(SSL_CTX *tls, bool server)
{
	if (!SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) ||
	    !SSL_CTX_set_ciphersuites(
		    tls,
		    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") ||
	    !SSL_CTX_set1_groups_list(tls, "X25519") ||
	    !SSL_CTX_set1_sigalgs_list(tls, "ed25519") ||
	    !SSL_CTX_set1_client_sigalgs_list(tls, "ed25519"))
		return false;
	/* A connection is one session: nothing is resumed, nothing kept. */
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(tls, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS |
				      SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	/* Certificates are ours and small. */
	SSL_CTX_set_max_cert_list(tls, 2048);
	if (!server)
		return !SSL_CTX_set_alpn_protos(tls, protocols, PROTOCOLS_SIZE);
	SSL_CTX_set_alpn_select_cb(tls, select_protocol, NULL);
	return SSL_CTX_set_num_tickets(tls, 0) == 1;
}

static struct fathom_error *fill(SSL_CTX *tls, bool server,
				 const uint8_t private_key[FATHOM_KEY_SIZE],
				 report_tls_accept accept, void *context)
{
	struct pin *pin = add_pin(tls);
	EVP_PKEY *key = load(private_key);
	bool ok = key && pin && use_key(tls, key) && set_up(tls, server);

	EVP_PKEY_free(key);
	if (!ok)
		return failed("cannot be set up");
	pin->accept = accept;
	pin->context = context;
	SSL_CTX_set_cert_verify_callback(tls, verify, pin);
	SSL_CTX_set_verify(
		tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	return NULL;
}

struct fathom_error *
report_tls_context(bool server, const uint8_t private_key[FATHOM_KEY_SIZE],
		   report_tls_accept accept, void *context, SSL_CTX **ret)
{
	SSL_CTX *tls =
		SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
	struct fathom_error *error;

	if (!tls)
		return failed("cannot be set up");
	error = fill(tls, server, private_key, accept, context);
	if (error) {
		SSL_CTX_free(tls);
		return error;
	}
	*ret = tls;
	return NULL;
}

bool report_tls_peer(SSL *ssl, uint8_t key[FATHOM_KEY_SIZE])
{
	X509 *certificate = SSL_get0_peer_certificate(ssl);

	return certificate &&
	       raw_public_key(X509_get0_pubkey(certificate), key);
}

bool report_tls_proof(SSL *ssl, uint64_t number,
		      const uint8_t challenge[REPORT_CHALLENGE_SIZE],
		      uint8_t proof[REPORT_CHALLENGE_SIZE])
{
	uint64_t wire = htole64(number);
	unsigned char about[sizeof(wire) + REPORT_CHALLENGE_SIZE];

	memcpy(about, &wire, sizeof(wire));
	memcpy(about + sizeof(wire), challenge, REPORT_CHALLENGE_SIZE);
	return SSL_export_keying_material(ssl, proof, REPORT_CHALLENGE_SIZE,
					  EXPORTER_LABEL,
					  sizeof(EXPORTER_LABEL) - 1, about,
					  sizeof(about), 1) == 1;
}
