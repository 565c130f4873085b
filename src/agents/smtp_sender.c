#include "agents/smtp_sender.h"

#include "base/check.h"
#include "base/mem.h"

/* A client waits at most so long for an answer (RFC 5321 4.5.3.2: five minutes for most commands, ten
 * after the final dot). One timer a session, looked at again when it fires. */
static const int64_t PATIENCE_US = (int64_t)10 * 60 * 1000000;

struct smtp_sender {
  const struct smtp_sender_config *config;
  const struct smtp_turn *turn;
  const struct smtp_sender_owner *owner;
  void *context; /* the owner's */
  struct smtp_client *engine;
  connection_id connection;
  struct event_handle deadline;
  int64_t heard_us; /* when the server last said something */
  bool transacted;  /* the present turn has begun */
};

void smtp_sender_free(struct smtp_sender *sender) {
  sim_cancel(sender->config->agent.sim, sender->deadline);
  smtp_client_free(sender->engine);
  mem_give(sender, sizeof *sender);
}

static void finish(struct smtp_sender *sender, enum connection_end how) {
  const struct smtp_sender_owner *owner = sender->owner;
  void *context = sender->context;
  sender->turn->events->over(sender->turn->context, how, sender->transacted);
  smtp_sender_free(sender);
  owner->ended(context);
}

/* The turn at hand has been answered to the end; another letter may follow on the same session. */
static bool follow(struct smtp_sender *sender) {
  const struct smtp_turn *next = sender->owner->next(sender->context), *done = sender->turn;
  if (!next) return false;
  sender->turn = next;
  done->events->over(done->context, CONNECTION_CLOSED, true);
  sim_set_cause(sender->config->agent.sim, next->cause);
  return true;
}

/* False: the letter is not to be sent, and its owner has settled it. */
static bool transact(struct smtp_sender *sender) {
  const struct smtp_transaction *asked = &sender->turn->transaction;
  if (!message_has_8bit(asked->message) || smtp_client_offer(sender->engine)->eight_bit) {
    smtp_client_transact(sender->engine, asked);
    return true;
  }
  struct smtp_transaction prepared = *asked;
  if (!sender->turn->events->without_8bitmime(sender->turn->context, &prepared.message)) return false;
  smtp_client_transact(sender->engine, &prepared);
  return true;
}

static void be_ready(struct smtp_sender *sender) {
  do {
    if (sender->transacted && !follow(sender)) {
      smtp_client_quit(sender->engine);
      return;
    }
    sender->transacted = true;
  } while (!transact(sender));
}

static void pump(struct smtp_sender *sender);

static void on_settled(void *context, connection_id id, struct span fault) {
  struct smtp_sender *sender = context;
  const struct smtp_sender_config *config = sender->config;
  sender->heard_us = sim_now(config->agent.sim);
  if (fault.len) {
    struct smtp_client_action action = {
        .kind = SMTP_CLIENT_OUTCOME,
        .outcome = SMTP_OUTCOME_CONNECT,
        .reply = {.enhanced = SPAN("4.7.5"), .text = fault}, /* cryptographic failure (RFC 3463 3.8) */
    };
    sender->turn->events->outcome(sender->turn->context, &action);
    connection_close(config->agent.network, id, true);
    return;
  }
  if (!config->tls_first) smtp_client_tls_started(sender->engine);
  pump(sender);
}

static void start_tls(struct smtp_sender *sender, struct span how) {
  const struct smtp_sender_config *config = sender->config;
  tls_use_call(config->agent.network, sender->connection, config->tls, config->server_name, how, on_settled);
}

/* Does what the engine asks until it waits. */
static void pump(struct smtp_sender *sender) {
  struct smtp_client_action action;
  for (;;) {
    switch (smtp_client_next(sender->engine, &action)) {
    case SMTP_CLIENT_WAIT: return;
    case SMTP_CLIENT_SEND: agent_say(&sender->config->agent, sender->connection, true, action.bytes); break;
    case SMTP_CLIENT_SEND_MESSAGE:
      agent_say_message(&sender->config->agent, sender->connection, true, action.message);
      break;
    case SMTP_CLIENT_OUTCOME:
      if (action.outcome != SMTP_OUTCOME_CONNECT) sender->transacted = true;
      sender->turn->events->outcome(sender->turn->context, &action);
      break;
    case SMTP_CLIENT_READY: be_ready(sender); break;
    case SMTP_CLIENT_START_TLS: start_tls(sender, SPAN("STARTTLS")); return;
    case SMTP_CLIENT_CLOSE: connection_close(sender->config->agent.network, sender->connection, true); return;
    }
  }
}

static void on_opened(void *context, connection_id id) {
  struct smtp_sender *sender = context;
  CHECK(id == sender->connection);
  if (sender->config->tls_first)
    start_tls(sender, SPAN("implicit"));
  else
    pump(sender);
}

/* All that comes is taken in at once, so that nothing is left from before. */
static void on_received(void *context, connection_id id) {
  struct smtp_sender *sender = context;
  struct network *network = sender->config->agent.network;
  struct span bytes;
  struct message *message;
  sender->heard_us = sim_now(sender->config->agent.sim);
  if (!connection_peek(network, id, true, &bytes, &message)) return;
  if (message) {
    connection_flatten(network, id, true);
    connection_peek(network, id, true, &bytes, &message);
  }
  smtp_client_feed(sender->engine, bytes);
  connection_consume(network, id, true, bytes.len);
  pump(sender);
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
  int64_t waited_us = sim_now(sender->config->agent.sim) - sender->heard_us;
  if (waited_us < PATIENCE_US)
    sender->deadline = sim_after(sender->config->agent.sim, PATIENCE_US - waited_us, on_deadline, sender);
  else
    connection_cut(sender->config->agent.network, sender->connection, SPAN("no answer for ten minutes"));
}

/* TLS that comes first is none that the engine has to ask for. */
static enum smtp_tls_wish wish_of(const struct smtp_sender_config *config) {
  if (config->tls_first) return SMTP_TLS_NEVER;
  switch (tls_use_policy(config->tls)) {
  case TLS_POLICY_NEVER: return SMTP_TLS_NEVER;
  case TLS_POLICY_OPPORTUNISTIC: return SMTP_TLS_IF_OFFERED;
  case TLS_POLICY_REQUIRED:
  case TLS_POLICY_VERIFIED: return SMTP_TLS_REQUIRED;
  }
  UNREACHABLE();
}

struct smtp_sender *smtp_sender_start(const struct smtp_sender_config *config, const struct smtp_turn *turn,
                                      const struct smtp_sender_owner *owner, void *context) {
  const struct agent *agent = &config->agent;
  struct smtp_client_config client = config->client;
  client.tls = wish_of(config);
  struct smtp_sender *sender = mem_take(sizeof *sender);
  *sender = (struct smtp_sender){
      .config = config,
      .turn = turn,
      .owner = owner,
      .context = context,
      .engine = smtp_client_new(&client),
      .heard_us = sim_now(agent->sim),
  };
  sender->deadline = sim_after(agent->sim, PATIENCE_US, on_deadline, sender);
  sender->connection =
      config->address.len
          ? network_connect_address(agent->network, agent->host, agent->number, config->to, config->address,
                                    config->port, config->protocol, &handler, sender)
          : network_connect(agent->network, agent->host, agent->number, config->to, config->port,
                            config->protocol, &handler, sender);
  return sender;
}
