/* tls_use: how the programs of a host use TLS, and what of that a connection is told.
 *
 * A host with a certificate offers STARTTLS (RFC 3207, RFC 2595) wherever its servers speak in the clear, and
 * listens on the ports where TLS comes first (RFC 8314). As a client it follows a policy:
 *
 *     never           speaks in the clear
 *     opportunistic   takes TLS where it is offered, from whomever: better than nothing (RFC 7435)
 *     required        no TLS, no mail; but from whomever
 *     verified        and only from who can show a good certificate for the name (RFC 8314 5.3)
 */
#pragma once

#include "sim/network.h"

enum tls_policy { TLS_POLICY_NEVER, TLS_POLICY_OPPORTUNISTIC, TLS_POLICY_REQUIRED, TLS_POLICY_VERIFIED };

/* Of a host; borrowed by its programs. A NULL in a program's configuration: it knows of no TLS. */
struct tls_use {
  enum tls_version version;                  /* the newest that it speaks */
  const struct tls_certificate *certificate; /* NULL: its servers cannot start TLS */
  bool before_auth;                          /* its servers take a password only under TLS */
  enum tls_policy policy;                    /* of its clients */
};

static inline bool tls_use_serves(const struct tls_use *settings) {
  return settings && settings->certificate;
}
static inline enum tls_policy tls_use_policy(const struct tls_use *settings) {
  return settings ? settings->policy : TLS_POLICY_NEVER;
}

typedef void tls_settled_fn(void *context, connection_id id, struct span fault);

/* A server waits for a client's hello. forgets_plain: as in struct tls_terms. */
bool tls_use_serve(struct network *network, connection_id id, const struct tls_use *settings,
                   bool forgets_plain, tls_settled_fn *settled);
/* A client says hello to a server of that name. Without settings of its own it is one that verifies. */
bool tls_use_call(struct network *network, connection_id id, const struct tls_use *settings,
                  struct span server_name, struct span how, tls_settled_fn *settled);
