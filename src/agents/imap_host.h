/* imap_host: the IMAP server beside the message store (RFC 9051, RFC 3501), on port 143 and, with a
 * certificate, 993.
 *
 *     connection ⇄ imap_server engine ⇄ imap_host ──▶ mail_users: who may log in
 *                        ▲                        ──▶ mail_store: letters, UIDs, flags, removal
 *                        └── arrived, removed, flags_changed ◀── mail_store: whoever does it
 *
 * Each user has one mailbox, INBOX, which is their maildrop; none can be made beside it, and what would go
 * into another is refused. Several sessions may have it open, and each is told what the others do, or what
 * POP3 does; a client that idles hears of a new letter as it is delivered. State is the store's: which
 * letters have been seen, answered, marked, outlasts the session.
 *
 * While a POP3 session holds the maildrop nothing is removed by IMAP (RFC 1939 4): EXPUNGE is answered NO
 * [INUSE], and CLOSE leaves what is marked.
 *
 * Letters go out as they were delivered, line by line: IMAP adds nothing to a header. Who logs in, and who
 * may not and why, is a DECISION ("login"), and so is an EXPUNGE that must not be ("maildrop"). What a client
 * puts in by APPEND is a new letter: COMPOSE. A client that is silent for half an hour is logged out (RFC
 * 9051 5.4).
 *
 * Ownership: the store and the users are borrowed; the store must live longer.
 */
#pragma once

#include "agents/mail_store.h"
#include "agents/tls_use.h"

struct imap_host;

struct imap_host_config {
  struct agent agent;
  const struct tls_use *tls; /* borrowed; NULL, or without a certificate: no TLS */
  struct mail_store *store;
  const struct mail_users *users;
  struct message_numbers *numbers; /* for what clients put in */
};
struct imap_host *imap_host_new(const struct imap_host_config *config);
void imap_host_free(struct imap_host *host);
