/* smtp_sender: one outgoing SMTP, submission or LMTP session: connects, speaks by the client engine, carries
 * one transaction after the other as long as its owner has one, quits.
 *
 *     outbound ── smtp_sender_start ──▶ connection ⇄ smtp_client engine
 *              ◀─ next(), ended() ─────
 *     mta, mua ◀─ outcome(), over() ───
 *
 * RFC 5321 distinguishes the session (3.1 to 3.8: from the greeting to QUIT) and the transactions in it (3.3:
 * MAIL, RCPT, DATA). A letter's turn is one transaction.
 */
#pragma once

#include "agents/agent.h"
#include "agents/tls_use.h"
#include "proto/smtp_client.h"

/* What the one who sends is told, always from a simulated event. */
struct smtp_sender_events {
  /* A reply that settles something; action->recipient counts in the transaction. An outcome of CONNECT with
   * an enhanced code and no code: what the client itself found wanting, such as TLS. */
  void (*outcome)(void *context, const struct smtp_client_action *action);
  /* The letter's turn is over, or never came. `how` is CONNECTION_CLOSED after a QUIT, and where the session
   * goes on with another letter. No further calls. */
  void (*over)(void *context, enum connection_end how, bool transacted);
  /* The letter has octets above 127, and the server does not offer 8BITMIME. Before anything is said of it;
   * may put another one in its place. False: it is not to be sent, and is settled. */
  bool (*without_8bitmime)(void *context, struct message **message);
};

/* One letter's turn in a session: it stays with the one who sends, and as it is, until over(). */
struct smtp_turn {
  struct smtp_transaction transaction;
  const struct smtp_sender_events *events;
  void *context;
  journal_seq cause; /* why the letter is sent: the record of the attempt */
};

/* With whom, and how. It and its spans are borrowed until ended(). */
struct smtp_sender_config {
  struct agent agent;
  host_id to;          /* 0: nobody has the address */
  struct span address; /* at which it is called; empty: whichever is best */
  uint16_t port;
  struct span protocol;             /* "smtp", "submission", "lmtp": for the journal */
  struct smtp_client_config client; /* what it wishes of TLS is filled in by the sender */
  const struct tls_use *tls;        /* NULL: never, unless TLS comes first */
  bool tls_first;                   /* as on port 465 */
  struct span server_name;          /* whose certificate is wanted */
};

struct smtp_sender;

/* Who has opened the session. */
struct smtp_sender_owner {
  /* Another turn, once one has been answered to the end; NULL: quit. */
  const struct smtp_turn *(*next)(void *context);
  /* The session is over, or never came to be; the last turn's over() comes before. */
  void (*ended)(void *context);
};

/* Starts; frees itself before ended(). The owner's functions are borrowed for as long. */
struct smtp_sender *smtp_sender_start(const struct smtp_sender_config *config, const struct smtp_turn *turn,
                                      const struct smtp_sender_owner *owner, void *context);
/* At the end of the run: nobody is told, and the turn is its owner's to forget. */
void smtp_sender_free(struct smtp_sender *sender);
