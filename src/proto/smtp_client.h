/* smtp_client: the sending side of one SMTP or LMTP session (RFC 5321, 2033).
 *
 * Bytes in, actions out; no I/O, no clock, no chance. The caller hands over one transaction after
 * another; the engine greets, adapts to what the server offers (SIZE, PIPELINING, 8BITMIME, AUTH),
 * speaks, and reports every outcome with the reply that caused it.
 *
 *       feed ──▶ ┌─────────────┐ ──▶ next: SEND, SEND_MESSAGE, OUTCOME, READY, START_TLS, CLOSE
 *                │ smtp_client │
 *   transact ──▶ └─────────────┘
 *   quit
 *
 *     banner ─▶ EHLO (HELO if refused) ─▶ [STARTTLS ─▶ EHLO] ─▶ [AUTH] ─▶ READY ─▶ QUIT
 *                                                                         │ ▲
 *                                                    MAIL RCPT … DATA text ▼ │
 *
 * A message with octets above 127 is sent as it is, also where the server does not offer 8BITMIME: what is to
 * be done then (RFC 6152 3) the caller decides, who sees the offer before it transacts. Octets in names and
 * addresses that would end a command line become '?'.
 *
 * Ownership: the configuration's spans are borrowed for the session's life, a transaction's until it is
 * over; the engine keeps its own reference to the message. Action spans: until the next call.
 * Limits: a reply line of 2000 octets, 64 KiB of a reply's text (the rest is dropped).
 */
#pragma once

#include "mail/dsn_request.h"
#include "mail/message.h"
#include "proto/smtp_reply.h"

struct smtp_client;

enum smtp_tls_wish { SMTP_TLS_NEVER, SMTP_TLS_IF_OFFERED, SMTP_TLS_REQUIRED };

struct smtp_client_config {
  struct span helo_name; /* what it claims to be: may be a lie */
  enum smtp_dialect dialect;
  bool use_helo;      /* HELO instead of EHLO, as an old program does */
  bool no_pipelining; /* a command at a time even if offered: easier to watch */
  enum smtp_tls_wish tls;
  struct span user, password; /* for AUTH; empty: none */
  bool space_after_colon;     /* "MAIL FROM: <…>": what some old programs, and the slides, write */
};

struct smtp_transaction {
  struct span reverse_path; /* without <>; empty: the null path */
  const struct span *recipients;
  uint32_t recipient_count;
  struct message *message;
  const struct dsn_requests
      *dsn; /* what is asked of who offers DSN (RFC 3461 5.2.1); borrowed; NULL: nothing */
};

/* What the server said to what. */
enum smtp_outcome_of {
  SMTP_OUTCOME_CONNECT, /* banner, greeting, STARTTLS or AUTH failed: nothing was transacted. With an enhanced
                           code and no code it is the client that finds something missing */
  SMTP_OUTCOME_MAIL,
  SMTP_OUTCOME_RCPT,    /* one recipient refused before DATA: outcome.recipient */
  SMTP_OUTCOME_MESSAGE, /* the final word for outcome.recipient: once for each recipient that was accepted */
};

enum smtp_client_action_kind {
  SMTP_CLIENT_WAIT,
  SMTP_CLIENT_SEND,         /* action.bytes: one or, pipelined, several command lines */
  SMTP_CLIENT_SEND_MESSAGE, /* action.message: send its wire form */
  SMTP_CLIENT_OUTCOME,
  SMTP_CLIENT_READY, /* greeted, or a transaction is over: transact or quit */
  SMTP_CLIENT_START_TLS,
  SMTP_CLIENT_CLOSE, /* the session is over */
};

/* Of the members only those that the kind has are filled in. */

struct smtp_client_action {
  enum smtp_client_action_kind kind;
  struct span bytes;
  struct message *message;
  enum smtp_outcome_of outcome;
  uint32_t recipient;      /* index in the transaction */
  bool dsn;                /* the server offers DSN: what was asked of it is its duty now */
  struct smtp_reply reply; /* code 0: there was none, and the text says why: the connection was lost, the
                              server makes no sense, or does not offer what must be */
};

struct smtp_client *smtp_client_new(const struct smtp_client_config *config);
void smtp_client_free(struct smtp_client *client);

/* Consumes all the bytes (a client never has a decision open). */
void smtp_client_feed(struct smtp_client *client, struct span bytes);
enum smtp_client_action_kind smtp_client_next(struct smtp_client *client,
                                              struct smtp_client_action *action_out);
void smtp_client_tls_started(struct smtp_client *client);
/* After READY: one of these. If the server has left since, the outcome is MAIL with code 0. At least one
 * recipient. */
void smtp_client_transact(struct smtp_client *client, const struct smtp_transaction *transaction);
void smtp_client_quit(struct smtp_client *client);
/* The connection was lost: what was heard before is still read, then open outcomes get code 0, then CLOSE. */
void smtp_client_gone(struct smtp_client *client);

/* What the server offered in its EHLO reply. */
struct smtp_offer {
  bool esmtp, pipelining, size, eight_bit, enhanced_codes, starttls, auth_plain, auth_login, dsn;
  uint64_t size_max;
};
const struct smtp_offer *smtp_client_offer(const struct smtp_client *client);
