/* live_tls: TLS by OpenSSL, without a socket: enciphered bytes in, plain bytes out, and back.
 *
 * The certificate is made on the spot, signed by itself, for localhost and 127.0.0.1, and never leaves
 * memory, unless files are given. TLS 1.2 and later (RFC 8996).
 */
#pragma once

#include "base/error.h"

struct tls_context;
struct tls_channel;

/* Both files (PEM) or neither. NULL and an error if they cannot be used. */
struct tls_context *tls_context_new(const char *cert_file, const char *key_file, struct error_list *errors);
void tls_context_free(struct tls_context *context);

/* The server's side of a channel. */
struct tls_channel *tls_channel_new(struct tls_context *context);
void tls_channel_free(struct tls_channel *channel);
/* Takes what came from the socket; what it says is added to plain, what must be sent to send. False: this is
 * no TLS, or a broken one. *ended_out: the other side has closed its half in order (close_notify). */
bool tls_channel_take(struct tls_channel *channel, struct span bytes, struct buf *plain, struct buf *send,
                      bool *ended_out);
bool tls_channel_is_ready(const struct tls_channel *channel); /* the handshake is done */
bool tls_channel_say(struct tls_channel *channel, struct span plain, struct buf *send);
void tls_channel_end(struct tls_channel *channel, struct buf *send);
