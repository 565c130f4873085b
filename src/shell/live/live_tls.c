#include "shell/live/live_tls.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "base/mem.h"

struct tls_context {
  SSL_CTX *ssl;
};

struct tls_channel {
  SSL *ssl;
  BIO *from_socket, *to_socket; /* owned by ssl */
  char fault[128];
};

/* ---- the certificate ---- */

enum { CERTIFICATE_DAYS = 30, BLOCK = 16384 };

static bool add_names(X509 *certificate) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
  X509_EXTENSION *names =
      X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  bool well = names && X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  return well;
}

static X509 *sign_for_itself(EVP_PKEY *key) {
  X509 *certificate = X509_new();
  X509_NAME *name = X509_get_subject_name(certificate);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), (long)CERTIFICATE_DAYS * 24 * 3600);
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const unsigned char *)"Waystation, simulated", -1, -1,
                             0);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
  bool well = X509_set_version(certificate, 2) && X509_set_issuer_name(certificate, name) &&
              X509_set_pubkey(certificate, key) && add_names(certificate) &&
              X509_sign(certificate, key, EVP_sha256());
  CHECK(well);
  return certificate;
}

static void make_certificate(SSL_CTX *ssl) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  CHECK(key);
  X509 *certificate = sign_for_itself(key);
  CHECK(SSL_CTX_use_certificate(ssl, certificate) == 1 && SSL_CTX_use_PrivateKey(ssl, key) == 1);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

/* ---- the context ---- */

static bool load_files(SSL_CTX *ssl, const char *cert_file, const char *key_file, struct error_list *errors) {
  const char *wrong = NULL;
  if (SSL_CTX_use_certificate_chain_file(ssl, cert_file) != 1)
    wrong = cert_file;
  else if (SSL_CTX_use_PrivateKey_file(ssl, key_file, SSL_FILETYPE_PEM) != 1)
    wrong = key_file;
  if (!wrong) return true;
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  ERR_clear_error();
  error_list_add_message(errors, span_from(wrong), "cannot use this for TLS: %s", text);
  return false;
}

static struct tls_context *context_of(const SSL_METHOD *method) {
  struct tls_context *context = mem_zalloc(sizeof *context);
  context->ssl = SSL_CTX_new(method);
  CHECK(context->ssl);
  SSL_CTX_set_min_proto_version(context->ssl, TLS1_2_VERSION);
  SSL_CTX_set_mode(context->ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_options(context->ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  return context;
}

struct tls_context *tls_context_new(const char *cert_file, const char *key_file, struct error_list *errors) {
  struct tls_context *context = context_of(TLS_server_method());
  if (!cert_file) {
    make_certificate(context->ssl);
  } else if (!load_files(context->ssl, cert_file, key_file, errors)) {
    tls_context_free(context);
    return NULL;
  }
  return context;
}

struct tls_context *tls_context_new_client(const char *trust_file, struct error_list *errors) {
  struct tls_context *context = context_of(TLS_client_method());
  SSL_CTX_set_verify(context->ssl, SSL_VERIFY_NONE, NULL); /* it is looked at, and nothing is broken off */
  bool well = trust_file ? SSL_CTX_load_verify_locations(context->ssl, trust_file, NULL) == 1
                         : SSL_CTX_set_default_verify_paths(context->ssl) == 1;
  ERR_clear_error();
  if (well || !trust_file) return context; /* a system that believes nobody is one, too */
  error_list_add(errors, &(struct error){
                             .file = span_from(trust_file),
                             .message = SPAN("no certificate can be read from it"),
                             .expected = SPAN("certificates in PEM, of who signs those of real servers"),
                         });
  tls_context_free(context);
  return NULL;
}

void tls_context_free(struct tls_context *context) {
  if (!context) return;
  SSL_CTX_free(context->ssl);
  mem_free(context);
}

/* ---- a channel ---- */

static struct tls_channel *channel_of(struct tls_context *context) {
  struct tls_channel *channel = mem_zalloc(sizeof *channel);
  channel->ssl = SSL_new(context->ssl);
  channel->from_socket = BIO_new(BIO_s_mem());
  channel->to_socket = BIO_new(BIO_s_mem());
  CHECK(channel->ssl && channel->from_socket && channel->to_socket);
  SSL_set_bio(channel->ssl, channel->from_socket, channel->to_socket);
  return channel;
}

struct tls_channel *tls_channel_new(struct tls_context *context) {
  struct tls_channel *channel = channel_of(context);
  SSL_set_accept_state(channel->ssl);
  return channel;
}

void tls_channel_free(struct tls_channel *channel) {
  if (!channel) return;
  SSL_free(channel->ssl);
  mem_free(channel);
}

static void drain(struct tls_channel *channel, struct buf *send) {
  char block[BLOCK];
  int count;
  while ((count = BIO_read(channel->to_socket, block, sizeof block)) > 0)
    buf_add(send, span_of(block, (size_t)count));
}

/* What SSL_read or SSL_write said other than success: false if the channel is broken. */
static bool is_patient(struct tls_channel *channel, int result, bool *ended_out) {
  int error = SSL_get_error(channel->ssl, result);
  const char *reason = error == SSL_ERROR_SSL ? ERR_reason_error_string(ERR_peek_error()) : NULL;
  if (reason) snprintf(channel->fault, sizeof channel->fault, "%s", reason);
  ERR_clear_error();
  if (error == SSL_ERROR_ZERO_RETURN) *ended_out = true;
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE || error == SSL_ERROR_ZERO_RETURN;
}

bool tls_channel_take(struct tls_channel *channel, struct span bytes, struct buf *plain, struct buf *send,
                      bool *ended_out) {
  char block[BLOCK];
  *ended_out = false;
  while (bytes.len) {
    int some = BIO_write(channel->from_socket, bytes.data, (int)(bytes.len < BLOCK ? bytes.len : BLOCK));
    if (some <= 0) return false;
    bytes = span_skip(bytes, (size_t)some);
  }
  ERR_clear_error();
  int count;
  while ((count = SSL_read(channel->ssl, block, sizeof block)) > 0)
    buf_add(plain, span_of(block, (size_t)count));
  bool well = is_patient(channel, count, ended_out);
  drain(channel, send);
  return well;
}

bool tls_channel_is_ready(const struct tls_channel *channel) {
  return SSL_is_init_finished(channel->ssl);
}

bool tls_channel_say(struct tls_channel *channel, struct span plain, struct buf *send) {
  bool well = true;
  ERR_clear_error();
  while (plain.len && well) {
    int count = SSL_write(channel->ssl, plain.data, (int)(plain.len < BLOCK ? plain.len : BLOCK));
    if (count > 0)
      plain = span_skip(plain, (size_t)count);
    else
      well = false; /* a memory BIO always takes what is written: nothing is left to wait for */
  }
  drain(channel, send);
  return well;
}

void tls_channel_end(struct tls_channel *channel, struct buf *send) {
  ERR_clear_error();
  if (SSL_is_init_finished(channel->ssl)) SSL_shutdown(channel->ssl);
  ERR_clear_error();
  drain(channel, send);
}

/* ---- as a client ---- */

struct tls_channel *tls_channel_call(struct tls_context *context, struct span name, enum tls_version version,
                                     struct buf *send) {
  struct tls_channel *channel = channel_of(context);
  char host[256];
  if (name.len && name.len < sizeof host) {
    memcpy(host, name.data, name.len);
    host[name.len] = 0;
    SSL_set_tlsext_host_name(channel->ssl, host);
  }
  if (version == TLS_1_2) SSL_set_max_proto_version(channel->ssl, TLS1_2_VERSION);
  SSL_set_connect_state(channel->ssl);
  SSL_do_handshake(channel->ssl); /* which wants to read now */
  ERR_clear_error();
  drain(channel, send);
  return channel;
}

enum tls_version tls_channel_version(const struct tls_channel *channel) {
  return SSL_version(channel->ssl) == TLS1_2_VERSION ? TLS_1_2 : TLS_1_3;
}

/* A name as it may stand in a record: printable, and without blanks. */
static bool is_plain_name(struct span name) {
  for (size_t i = 0; i < name.len; i++)
    if (name.data[i] <= ' ' || name.data[i] > '~') return false;
  return name.len > 0;
}

/* Those of the subjectAltName; a common name counts only where there is none (RFC 9525 2). */
static size_t read_names(X509 *shown, struct arena *arena, struct span **names_out) {
  GENERAL_NAMES *all = X509_get_ext_d2i(shown, NID_subject_alt_name, NULL, NULL);
  int most = all ? sk_GENERAL_NAME_num(all) : 0;
  size_t count = 0;
  *names_out = arena_alloc(arena, ((size_t)most + 1) * sizeof **names_out);
  for (int i = 0; i < most; i++) {
    const GENERAL_NAME *one = sk_GENERAL_NAME_value(all, i);
    if (one->type != GEN_DNS) continue;
    struct span name = span_of((const char *)ASN1_STRING_get0_data(one->d.dNSName),
                               (size_t)ASN1_STRING_length(one->d.dNSName));
    if (is_plain_name(name)) (*names_out)[count++] = arena_copy(arena, name);
  }
  GENERAL_NAMES_free(all);
  char common[256];
  if (!count &&
      X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, common, sizeof common) > 0 &&
      is_plain_name(span_from(common)))
    (*names_out)[count++] = arena_copy(arena, span_from(common));
  return count;
}

void tls_channel_certificate(const struct tls_channel *channel, struct arena *arena,
                             struct tls_certificate *certificate_out) {
  X509 *shown = SSL_get0_peer_certificate(channel->ssl);
  struct span *names = NULL;
  *certificate_out = (struct tls_certificate){.self_signed = true};
  if (!shown) return;
  long verdict = SSL_get_verify_result(channel->ssl);
  bool time_is_wrong = verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID;
  certificate_out->name_count = read_names(shown, arena, &names);
  certificate_out->names = names;
  certificate_out->self_signed = verdict != X509_V_OK && !time_is_wrong;
  certificate_out->expired = time_is_wrong || X509_cmp_current_time(X509_get0_notAfter(shown)) <= 0 ||
                             X509_cmp_current_time(X509_get0_notBefore(shown)) > 0;
}

const char *tls_channel_fault(const struct tls_channel *channel) {
  return channel->fault;
}
