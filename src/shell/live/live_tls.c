#include "shell/live/live_tls.h"

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

struct tls_context *tls_context_new(const char *cert_file, const char *key_file, struct error_list *errors) {
  struct tls_context *context = mem_zalloc(sizeof *context);
  context->ssl = SSL_CTX_new(TLS_server_method());
  CHECK(context->ssl);
  SSL_CTX_set_min_proto_version(context->ssl, TLS1_2_VERSION);
  SSL_CTX_set_mode(context->ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_options(context->ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (!cert_file) {
    make_certificate(context->ssl);
  } else if (!load_files(context->ssl, cert_file, key_file, errors)) {
    tls_context_free(context);
    return NULL;
  }
  return context;
}

void tls_context_free(struct tls_context *context) {
  if (!context) return;
  SSL_CTX_free(context->ssl);
  mem_free(context);
}

/* ---- a channel ---- */

struct tls_channel *tls_channel_new(struct tls_context *context) {
  struct tls_channel *channel = mem_zalloc(sizeof *channel);
  channel->ssl = SSL_new(context->ssl);
  channel->from_socket = BIO_new(BIO_s_mem());
  channel->to_socket = BIO_new(BIO_s_mem());
  CHECK(channel->ssl && channel->from_socket && channel->to_socket);
  SSL_set_bio(channel->ssl, channel->from_socket, channel->to_socket);
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
