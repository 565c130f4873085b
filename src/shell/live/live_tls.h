/* live_tls: TLS by OpenSSL, without a socket: enciphered bytes in, plain bytes out, and back.
 *
 * The certificate is made on the spot, signed by itself, for localhost and 127.0.0.1, and never leaves
 * memory, unless files are given. TLS 1.2 and later (RFC 8996).
 *
 * As a client it finishes the handshake whatever certificate there is, and says what is to be said of that:
 * whether it will do, the simulated client decides.
 */
#pragma once

#include "base/error.h"
#include "sim/tls.h"

struct tls_context;
struct tls_channel;

/* Both files (PEM) or neither. NULL and an error if they cannot be used. */
struct tls_context *tls_context_new(const char *cert_file, const char *key_file, struct error_list *errors);
/* For clients. trust_file: certificates (PEM) of who may sign others; NULL: those that the system believes.
 */
struct tls_context *tls_context_new_client(const char *trust_file, struct error_list *errors);
void tls_context_free(struct tls_context *context);

/* The server's side of a channel. */
struct tls_channel *tls_channel_new(struct tls_context *context);
/* The client's side: says hello for a host of that name, and speaks no newer version than that. */
struct tls_channel *tls_channel_call(struct tls_context *context, struct span name, enum tls_version version,
                                     struct buf *send);
void tls_channel_free(struct tls_channel *channel);
/* Takes what came from the socket; what it says is added to plain, what must be sent to send. False: this is
 * no TLS, or a broken one. *ended_out: the other side has closed its half in order (close_notify). */
bool tls_channel_take(struct tls_channel *channel, struct span bytes, struct buf *plain, struct buf *send,
                      bool *ended_out);
bool tls_channel_is_ready(const struct tls_channel *channel); /* the handshake is done */
/* What the server showed in the handshake, once that is done; its names are from the arena. */
enum tls_version tls_channel_version(const struct tls_channel *channel);
void tls_channel_certificate(const struct tls_channel *channel, struct arena *arena,
                             struct tls_certificate *certificate_out);
/* Why the handshake came to nothing, in OpenSSL's words; "" if it does not know. */
const char *tls_channel_fault(const struct tls_channel *channel);
bool tls_channel_say(struct tls_channel *channel, struct span plain, struct buf *send);
void tls_channel_end(struct tls_channel *channel, struct buf *send);
