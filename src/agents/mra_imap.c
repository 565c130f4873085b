/* The retrieval agent by IMAP: one session for each fetch. What it has read it knows by UIDVALIDITY and the
 * highest UID (RFC 4549 3.1): the next session asks for what is above. */
#include "agents/mra_internal.h"
#include "base/check.h"
#include "base/mem.h"
#include "proto/imap_client.h"

/* A server that says nothing for so long is given up. */
static const int64_t PATIENCE_US = (int64_t)5 * 60 * 1000000;

struct mra_imap {
  const struct mra_config *config;
  struct mra_inbox *inbox;
  struct imap_client_config client;
  struct imap_client *engine; /* NULL: no session is under way */
  connection_id connection;
  struct event_handle deadline;
  int64_t heard_us;
  bool again;   /* another fetch was asked for meanwhile */
  bool gave_up; /* this side ended the session, for want of an answer */
  bool no_tls;  /* … or of TLS, which has been told */
  struct buf text;
};

static struct sim *sim_of(const struct mra_imap *imap) {
  return imap->config->agent.sim;
}
static struct network *network_of(const struct mra_imap *imap) {
  return imap->config->agent.network;
}

/* ---- what goes wrong is told ---- */

static void tell(struct mra_imap *imap, const char *what, struct span why) {
  buf_clear(&imap->text);
  buf_add_text(&imap->text, what);
  if (why.len) buf_add(&imap->text, SPAN(": "));
  buf_add(&imap->text, why);
  struct journal_record record = agent_record(&imap->config->agent, JOURNAL_NOTE);
  record.connection = imap->connection;
  record.text[0] = buf_span(&imap->text);
  sim_note(sim_of(imap), &record);
}

static const char *failure_of(enum imap_outcome_of outcome) {
  static const char *const failures[] = {
      [IMAP_OUTCOME_CONNECT] = "the server takes nobody now",
      [IMAP_OUTCOME_TLS] = "no TLS",
      [IMAP_OUTCOME_LOGIN] = "login refused",
      [IMAP_OUTCOME_SELECT] = "the mailbox could not be opened",
      [IMAP_OUTCOME_LIST] = "the mailbox could not be listed",
      [IMAP_OUTCOME_FETCH] = "a letter could not be read",
      [IMAP_OUTCOME_DELETE] = "letters could not be removed",
      [IMAP_OUTCOME_LOGOUT] = "the session did not end in order",
  };
  return failures[outcome];
}

static void take_outcome(struct mra_imap *imap, const struct imap_client_action *action) {
  enum imap_status_kind status = action->result.status;
  if (status == IMAP_OK || status == IMAP_LOST) return; /* a lost connection is told once, at its end */
  tell(imap, failure_of(action->outcome),
       status == IMAP_NOT_OFFERED ? SPAN("the server does not offer it")
       : status == IMAP_GONE      ? SPAN("somebody else has removed it")
                                  : action->result.text);
}

/* ---- letters ---- */

/* All that is new is wanted. With another UIDVALIDITY what was known counts for nothing. */
static void wish(struct mra_imap *imap, const struct imap_client_listing *listing) {
  if (imap->client.uid_validity != listing->uid_validity) imap->client.uid_known = 0;
  imap->client.uid_validity = listing->uid_validity;
  for (uint32_t i = 0; i < listing->count; i++) listing->messages[i].wanted = true;
  imap_client_fetch(imap->engine);
}

static void store(struct mra_imap *imap, const struct imap_client_action *action) {
  char digits[BUF_U64_MAX];
  size_t len = (size_t)(buf_put_u64(digits, action->uid) - digits);
  imap->client.uid_known = action->uid;
  mra_keep(imap->config, imap->inbox, imap->connection, action->message, span_of(digits, len));
  imap_client_stored(imap->engine, !imap->config->leave_on_server);
}

/* ---- bytes ---- */

/* Gives the engine what has arrived; false when there is nothing more. */
static bool take_input(struct mra_imap *imap) {
  struct span bytes;
  struct message *message;
  if (!connection_peek(network_of(imap), imap->connection, true, &bytes, &message)) return false;
  if (message) { /* no IMAP server sends one so: it is read as bytes */
    connection_flatten(network_of(imap), imap->connection, true);
    return true;
  }
  size_t taken = imap_client_feed(imap->engine, bytes);
  connection_consume(network_of(imap), imap->connection, true, taken);
  return taken > 0;
}

static void pump(struct mra_imap *imap);

static void on_settled(void *context, connection_id id, struct span fault) {
  struct mra_imap *imap = context;
  imap->heard_us = sim_now(sim_of(imap));
  if (fault.len) {
    tell(imap, failure_of(IMAP_OUTCOME_TLS), fault);
    imap->gave_up = imap->no_tls = true;
    connection_close(network_of(imap), id, true);
    return;
  }
  if (!imap->config->tls_first) imap_client_tls_started(imap->engine);
  pump(imap);
}

static void start_tls(struct mra_imap *imap, struct span how) {
  struct network *network = network_of(imap);
  tls_use_call(network, imap->connection, imap->config->tls,
               network_host(network, imap->config->server)->name, how, on_settled);
}

/* False: nothing is left to do. */
static bool act(struct mra_imap *imap) {
  struct imap_client_action action;
  switch (imap_client_next(imap->engine, &action)) {
  case IMAP_CLIENT_WAIT: return take_input(imap);
  case IMAP_CLIENT_OUTCOME: take_outcome(imap, &action); return true;
  case IMAP_CLIENT_SEND: agent_say(&imap->config->agent, imap->connection, true, action.bytes); return true;
  case IMAP_CLIENT_START_TLS: start_tls(imap, SPAN("STARTTLS")); return false;
  case IMAP_CLIENT_ASK: wish(imap, &action.listing); return true;
  case IMAP_CLIENT_MESSAGE: store(imap, &action); return true;
  case IMAP_CLIENT_CLOSE: connection_close(network_of(imap), imap->connection, true); return false;
  }
  UNREACHABLE();
}

static void pump(struct mra_imap *imap) {
  while (act(imap)) continue;
}

/* ---- the life of a session ---- */

static void on_deadline(void *context) {
  struct mra_imap *imap = context;
  int64_t waited_us = sim_now(sim_of(imap)) - imap->heard_us;
  if (waited_us < PATIENCE_US) {
    imap->deadline = sim_after(sim_of(imap), PATIENCE_US - waited_us, on_deadline, imap);
    return;
  }
  imap->gave_up = true;
  connection_close(network_of(imap), imap->connection, true);
}

static void on_opened(void *context, connection_id id) {
  struct mra_imap *imap = context;
  CHECK(id == imap->connection);
  imap->heard_us = sim_now(sim_of(imap));
  imap->deadline = sim_after(sim_of(imap), PATIENCE_US, on_deadline, imap);
  if (imap->config->tls_first)
    start_tls(imap, SPAN("implicit"));
  else
    pump(imap);
}

static void on_received(void *context, connection_id id) {
  struct mra_imap *imap = context;
  CHECK(id == imap->connection);
  imap->heard_us = sim_now(sim_of(imap));
  pump(imap);
}

static void start(struct mra_imap *imap);

static void on_ended(void *context, connection_id id, enum connection_end how) {
  struct mra_imap *imap = context;
  CHECK(id == imap->connection);
  struct imap_client_action action;
  bool lost = how != CONNECTION_CLOSED;
  imap_client_gone(imap->engine);
  while (imap_client_next(imap->engine, &action) == IMAP_CLIENT_OUTCOME) {
    lost |= action.result.status == IMAP_LOST;
    take_outcome(imap, &action);
  }
  if (lost && !imap->no_tls) tell(imap, mra_end_words(how, imap->gave_up), SPAN_EMPTY);
  sim_cancel(sim_of(imap), imap->deadline);
  imap_client_free(imap->engine);
  imap->engine = NULL;
  if (imap->again) start(imap);
}

static const struct connection_handler handler = {on_opened, on_received, on_ended};

static void start(struct mra_imap *imap) {
  const struct agent *agent = &imap->config->agent;
  bool tls_first = imap->config->tls_first;
  imap->again = imap->gave_up = imap->no_tls = false;
  imap->engine = imap_client_new(&imap->client);
  imap->connection = network_connect(agent->network, agent->host, agent->number, imap->config->server,
                                     tls_first ? PORT_IMAPS : PORT_IMAP,
                                     tls_first ? SPAN("imaps") : SPAN("imap"), &handler, imap);
}

/* ---- the face towards mra.c ---- */

/* TLS that comes first is none that the engine has to ask for. */
static enum imap_tls_wish wish_of(const struct mra_config *config) {
  if (config->tls_first) return IMAP_TLS_NEVER;
  switch (tls_use_policy(config->tls)) {
  case TLS_POLICY_NEVER: return IMAP_TLS_NEVER;
  case TLS_POLICY_OPPORTUNISTIC: return IMAP_TLS_IF_OFFERED;
  case TLS_POLICY_REQUIRED:
  case TLS_POLICY_VERIFIED: return IMAP_TLS_REQUIRED;
  }
  UNREACHABLE();
}

struct mra_imap *mra_imap_new(const struct mra_config *config, struct mra_inbox *inbox) {
  struct mra_imap *imap = mem_zalloc(sizeof *imap);
  imap->config = config;
  imap->inbox = inbox;
  imap->client =
      (struct imap_client_config){.user = config->user, .password = config->password, .tls = wish_of(config)};
  return imap;
}

void mra_imap_free(struct mra_imap *imap) {
  if (!imap) return;
  sim_cancel(sim_of(imap), imap->deadline);
  imap_client_free(imap->engine);
  buf_free(&imap->text);
  mem_free(imap);
}

void mra_imap_fetch(struct mra_imap *imap) {
  if (imap->engine)
    imap->again = true;
  else
    start(imap);
}
