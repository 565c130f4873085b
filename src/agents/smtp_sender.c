#include "agents/smtp_sender.h"

#include "base/check.h"
#include "base/mem.h"

/* A client waits at most so long for an answer (RFC 5321 4.5.3.2: five minutes for most commands, ten
 * after the final dot). One timer a session, looked at again when it fires. */
static const int64_t PATIENCE_US = (int64_t)10 * 60 * 1000000;

struct smtp_sender {
  struct agent agent;
  struct smtp_transaction transaction;
  const struct smtp_sender_events *events;
  void *context;
  struct smtp_client *engine;
  connection_id connection;
  struct event_handle deadline;
  int64_t heard_us; /* when the server last said something */
  bool transacted;
};

static void finish(struct smtp_sender *sender, enum connection_end how) {
  sim_cancel(sender->agent.sim, sender->deadline);
  sender->events->over(sender->context, how, sender->transacted);
  smtp_client_free(sender->engine);
  mem_give(sender, sizeof *sender);
}

/* Does what the engine asks until it waits. */
static void pump(struct smtp_sender *sender) {
  struct smtp_client_action action;
  for (;;) {
    switch (smtp_client_next(sender->engine, &action)) {
    case SMTP_CLIENT_WAIT: return;
    case SMTP_CLIENT_SEND: agent_say(&sender->agent, sender->connection, true, action.bytes); break;
    case SMTP_CLIENT_SEND_MESSAGE:
      agent_say_message(&sender->agent, sender->connection, true, action.message);
      break;
    case SMTP_CLIENT_OUTCOME:
      if (action.outcome != SMTP_OUTCOME_CONNECT) sender->transacted = true;
      sender->events->outcome(sender->context, &action);
      break;
    case SMTP_CLIENT_READY:
      if (sender->transacted) {
        smtp_client_quit(sender->engine);
      } else {
        sender->transacted = true;
        smtp_client_transact(sender->engine, &sender->transaction);
      }
      break;
    case SMTP_CLIENT_START_TLS: smtp_client_tls_started(sender->engine); break;
    case SMTP_CLIENT_CLOSE: connection_close(sender->agent.network, sender->connection, true); return;
    }
  }
}

static void on_opened(void *context, connection_id id) {
  struct smtp_sender *sender = context;
  CHECK(id == sender->connection);
  pump(sender);
}

static void on_received(void *context, connection_id id) {
  struct smtp_sender *sender = context;
  struct span bytes;
  struct message *message;
  sender->heard_us = sim_now(sender->agent.sim);
  while (connection_peek(sender->agent.network, id, true, &bytes, &message)) {
    if (message) {
      connection_flatten(sender->agent.network, id, true);
      continue;
    }
    smtp_client_feed(sender->engine, bytes);
    connection_consume(sender->agent.network, id, true, bytes.len);
    pump(sender);
  }
}

static void on_ended(void *context, connection_id id, enum connection_end how) {
  struct smtp_sender *sender = context;
  CHECK(id == sender->connection);
  smtp_client_gone(sender->engine);
  pump(sender); /* outcomes that will never be answered now */
  finish(sender, how);
}

static const struct connection_handler handler = {on_opened, on_received, on_ended};

static void on_deadline(void *context) {
  struct smtp_sender *sender = context;
  int64_t waited_us = sim_now(sender->agent.sim) - sender->heard_us;
  if (waited_us < PATIENCE_US)
    sender->deadline = sim_after(sender->agent.sim, PATIENCE_US - waited_us, on_deadline, sender);
  else
    connection_cut(sender->agent.network, sender->connection, SPAN("no answer for ten minutes"));
}

void smtp_sender_start(const struct smtp_sender_config *config) {
  struct smtp_sender *sender = mem_ztake(sizeof *sender);
  sender->agent = config->agent;
  sender->transaction = config->transaction;
  sender->events = config->events;
  sender->context = config->context;
  sender->engine = smtp_client_new(&config->client);
  sender->heard_us = sim_now(config->agent.sim);
  sender->deadline = sim_after(config->agent.sim, PATIENCE_US, on_deadline, sender);
  sender->connection = network_connect(config->agent.network, config->agent.host, config->agent.number,
                                       config->to, config->port, config->protocol, &handler, sender);
}
