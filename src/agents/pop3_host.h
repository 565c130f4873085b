/* pop3_host: the POP3 server beside the message store (RFC 1939), on port 110 and, with a certificate, 995.
 *
 *     connection ⇄ pop3_server engine ⇄ pop3_host ──▶ mail_users: who may log in
 *                                                 ──▶ mail_store: lock, sizes, unique-ids, letters, removal
 *
 * What a session sees is the maildrop as it was at login; what is delivered meanwhile, the next session
 * sees. Letters go out by reference, as they were delivered: POP3 adds nothing to a header. One that has
 * been retrieved counts as seen (a Maildir shows it). Letters marked by DELE are removed when QUIT has come,
 * and only then: a session that is cut off removes nothing.
 *
 * The greeting's timestamp (for APOP) is <process.clock@host>: process numbers count up from a number of the
 * program's own, the clock is the host's in seconds. Who logs in, and who may not and why, is a DECISION
 * ("login", "maildrop"). A client that is silent for ten minutes is hung up on (RFC 1939 3).
 *
 * Ownership: the store and the users are borrowed.
 */
#pragma once

#include "agents/mail_store.h"
#include "agents/tls_use.h"

struct pop3_host;

struct pop3_host_config {
  struct agent agent;
  const struct tls_use *tls; /* borrowed; NULL, or without a certificate: no TLS */
  struct mail_store *store;
  const struct mail_users *users;
};
struct pop3_host *pop3_host_new(const struct pop3_host_config *config);
/* Sessions that are open are forgotten, with nothing removed. */
void pop3_host_free(struct pop3_host *host);
