/* smtp_sender: one outgoing SMTP, submission or LMTP session: connects, speaks by the client engine,
 * carries one transaction, quits. Used by the MUA (submission), the MTA (relay) and towards the MDA.
 *
 *     mta, mua ── smtp_sender_start ──▶ connection ⇄ smtp_client engine
 *              ◀─ outcome(), over() ──
 */
#pragma once

#include "agents/agent.h"
#include "proto/smtp_client.h"

/* What the one who sends is told, always from a simulated event. */
struct smtp_sender_events {
  /* A reply that settles something; action->recipient counts in the transaction. */
  void (*outcome)(void *context, const struct smtp_client_action *action);
  /* The session is over, or never came to be. `how` is CONNECTION_CLOSED after a QUIT. No further calls. */
  void (*over)(void *context, enum connection_end how, bool transacted);
};

struct smtp_sender_config {
  struct agent agent;
  host_id to;
  uint16_t port;
  struct span protocol;                /* "smtp", "submission", "lmtp": for the journal */
  struct smtp_client_config client;    /* copied; its spans are borrowed until over() */
  struct smtp_transaction transaction; /* spans and list borrowed until over() */
  const struct smtp_sender_events *events;
  void *context;
};

/* Starts; frees itself after over(). */
void smtp_sender_start(const struct smtp_sender_config *config);
