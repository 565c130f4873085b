/* smtp_pair: our client and our server talk to each other through two pipes, for tests and fuzzers. What is
 * said is cut into pieces at random. */
#pragma once

#include "proto/smtp_client.h"
#include "smtp_drive.h"

enum { SMTP_PAIR_TRANSACTIONS_MAX = 4, SMTP_PAIR_RECIPIENTS_MAX = 8 };

struct smtp_pair {
  struct smtp_client *client;
  struct smtp_drive server;
  struct rng cuts;
  bool by_reference; /* the message is handed over as such where the server can take it so */
  bool client_closed;
  const struct smtp_transaction *transactions;
  size_t transaction_count, begun;
  struct buf to_server, to_client;
  struct message *sending; /* by reference, after what is in to_server; the pair's own reference */
  struct buf outcomes;     /* "of recipient code\n" */
  /* How many outcomes each recipient got, those of MAIL counted for all. */
  uint8_t told[SMTP_PAIR_TRANSACTIONS_MAX][SMTP_PAIR_RECIPIENTS_MAX];
};

static inline void smtp_pair_free(struct smtp_pair *pair) {
  smtp_client_free(pair->client);
  smtp_drive_free(&pair->server);
  message_release(pair->sending);
  buf_free(&pair->to_server);
  buf_free(&pair->to_client);
  buf_free(&pair->outcomes);
}

static inline void smtp_pair_be_ready(struct smtp_pair *pair) {
  if (pair->begun < pair->transaction_count)
    smtp_client_transact(pair->client, &pair->transactions[pair->begun++]);
  else
    smtp_client_quit(pair->client);
}

static inline void smtp_pair_note(struct smtp_pair *pair, const struct smtp_client_action *action) {
  buf_format(&pair->outcomes, "%d %u %u\n", action->outcome, action->recipient, action->reply.code);
  if (action->outcome == SMTP_OUTCOME_CONNECT) return;
  CHECK(pair->begun > 0 && pair->begun <= SMTP_PAIR_TRANSACTIONS_MAX);
  const struct smtp_transaction *transaction = &pair->transactions[pair->begun - 1];
  for (uint32_t i = 0; i < transaction->recipient_count && i < SMTP_PAIR_RECIPIENTS_MAX; i++)
    if (action->outcome == SMTP_OUTCOME_MAIL || action->recipient == i) pair->told[pair->begun - 1][i]++;
}

/* All that the client wants to do now; false if it wants nothing. */
static inline bool smtp_pair_client(struct smtp_pair *pair) {
  struct smtp_client_action action;
  bool did = false;
  for (;; did = true) {
    switch (smtp_client_next(pair->client, &action)) {
    case SMTP_CLIENT_WAIT: return did;
    case SMTP_CLIENT_SEND: buf_add(&pair->to_server, action.bytes); break;
    case SMTP_CLIENT_SEND_MESSAGE:
      if (pair->by_reference)
        pair->sending = message_retain(action.message);
      else
        message_write_wire(action.message, &pair->to_server);
      break;
    case SMTP_CLIENT_OUTCOME: smtp_pair_note(pair, &action); break;
    case SMTP_CLIENT_READY: smtp_pair_be_ready(pair); break;
    case SMTP_CLIENT_START_TLS: smtp_client_tls_started(pair->client); break;
    case SMTP_CLIENT_CLOSE: pair->client_closed = true; break;
    }
  }
}

/* What the server's engine says; decisions as smtp_drive answers them. */
static inline bool smtp_pair_server(struct smtp_pair *pair) {
  struct smtp_server_action action;
  bool did = false;
  for (;; did = true) {
    enum smtp_server_action_kind kind = smtp_server_next(pair->server.server, &action);
    if (kind == SMTP_SERVER_WAIT) return did;
    if (kind == SMTP_SERVER_REPLY)
      buf_add(&pair->to_client, action.bytes);
    else if (kind == SMTP_SERVER_START_TLS)
      smtp_server_tls_started(pair->server.server);
    else if (kind == SMTP_SERVER_CLOSE)
      pair->server.over = true;
    else
      smtp_drive_decide(&pair->server, action.decision);
  }
}

static inline struct span smtp_pair_piece(struct smtp_pair *pair, const struct buf *pipe) {
  uint64_t most = rng_below(&pair->cuts, 4) ? 50 : pipe->len;
  return span_first(buf_span(pipe), 1 + (size_t)rng_below(&pair->cuts, most));
}

static inline bool smtp_pair_carry(struct smtp_pair *pair) {
  if (pair->to_client.len) {
    struct span piece = smtp_pair_piece(pair, &pair->to_client);
    smtp_client_feed(pair->client, piece);
    buf_drop_front(&pair->to_client, piece.len);
    return true;
  }
  if (pair->to_server.len) {
    size_t taken = smtp_server_feed(pair->server.server, smtp_pair_piece(pair, &pair->to_server));
    buf_drop_front(&pair->to_server, taken);
    return taken > 0;
  }
  if (!pair->sending) return false;
  CHECK(smtp_server_wants_message(pair->server.server));
  smtp_server_feed_message(pair->server.server, pair->sending);
  message_release(pair->sending);
  pair->sending = NULL;
  return true;
}

/* Until neither has anything to say. If the server has closed, the client is told that it has gone. */
static inline void smtp_pair_run(struct smtp_pair *pair) {
  bool told = false;
  for (;;) {
    bool did = smtp_pair_server(pair);
    did |= smtp_pair_client(pair);
    did |= smtp_pair_carry(pair);
    if (did) continue;
    if (told || !pair->server.over) return;
    smtp_client_gone(pair->client);
    told = true;
  }
}
