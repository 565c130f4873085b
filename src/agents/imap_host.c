#include "agents/imap_host.h"

#include "agents/imap_host_internal.h"
#include "base/check.h"
#include "base/mem.h"

/* The autologout timer (RFC 9051 5.4: at least thirty minutes). */
static const int64_t PATIENCE_US = (int64_t)30 * 60 * 1000000;

static struct network *network_of(const struct imap_host_session *session) {
  return session->host->config.agent.network;
}

/* ---- who may log in ---- */

/* The decision becomes the cause of the response. */
void imap_note_decision(struct imap_host_session *session, struct span about, bool yes, struct span because,
                        struct span code) {
  agent_note_access(&session->host->config.agent, session->connection, about,
                    imap_server_user(session->engine), yes, because, code);
}

const struct mail_user *imap_user(const struct imap_host_session *session) {
  return mail_users_find(session->host->config.users, imap_server_user(session->engine));
}

/* The engine compares; whether it fitted shows in its state. */
static void decide_login(struct imap_host_session *session) {
  const struct mail_user *user = imap_user(session);
  imap_server_answer_secret(session->engine, user ? user->password : SPAN_EMPTY);
  bool yes = imap_server_state(session->engine) == IMAP_SERVER_AUTHENTICATED;
  struct span because = yes                   ? SPAN("password")
                        : !user               ? SPAN("unknown_user")
                        : !user->password.len ? SPAN("no_password")
                                              : SPAN("wrong_password");
  imap_note_decision(session, SPAN("login"), yes, because, yes ? SPAN_EMPTY : SPAN("AUTHENTICATIONFAILED"));
}

/* ---- bytes ---- */

/* Gives the engine what has arrived; false when there is nothing more. */
static bool take_input(struct imap_host_session *session) {
  struct span bytes;
  struct message *message;
  if (!connection_peek(network_of(session), session->connection, false, &bytes, &message)) return false;
  if (message) { /* nobody should send one here; then it is read as what it is, bytes */
    connection_flatten(network_of(session), session->connection, false);
    return true;
  }
  size_t taken = imap_server_feed(session->engine, bytes);
  connection_consume(network_of(session), session->connection, false, taken);
  return taken > 0;
}

static void pump(struct imap_host_session *session);

static void on_settled(void *context, connection_id id, struct span fault) {
  struct imap_host_session *session = context;
  session->securing = false;
  session->heard = sim_cause(imap_sim(session));
  session->heard_us = sim_now(imap_sim(session));
  if (fault.len) {
    connection_close(network_of(session), id, false);
    return;
  }
  if (!session->tls_first) imap_server_tls_started(session->engine);
  pump(session);
}

/* What a client has said behind STARTTLS must not count under TLS: what has been read by now the engine
 * throws away; what comes with it is no TLS, and ends the session, as with Dovecot. */
static void start_tls(struct imap_host_session *session) {
  while (!session->tls_first && take_input(session)) continue;
  session->securing =
      tls_use_serve(network_of(session), session->connection, session->host->config.tls, false, on_settled);
}

/* False: nothing is left to do. */
static bool act(struct imap_host_session *session) {
  struct imap_server_action action;
  switch (imap_server_next(session->engine, &action)) {
  case IMAP_SERVER_WAIT: sim_set_cause(imap_sim(session), session->heard); return take_input(session);
  case IMAP_SERVER_REPLY:
    agent_say(&session->host->config.agent, session->connection, false, action.bytes);
    return true;
  case IMAP_SERVER_START_TLS: start_tls(session); return false;
  case IMAP_SERVER_CLOSE: connection_close(network_of(session), session->connection, false); return false;
  case IMAP_SERVER_DECIDE_CONNECT:
    imap_server_answer(session->engine,
                       &(struct imap_answer){.ok = true, .code = SPAN_EMPTY, .text = SPAN_EMPTY});
    return true;
  case IMAP_SERVER_DECIDE_LOGIN: decide_login(session); return true;
  case IMAP_SERVER_LIST:
  case IMAP_SERVER_STATUS:
  case IMAP_SERVER_SELECT:
  case IMAP_SERVER_CHANGE:
  case IMAP_SERVER_APPEND:
  case IMAP_SERVER_COPY:
  case IMAP_SERVER_MOVE:
  case IMAP_SERVER_READ:
  case IMAP_SERVER_STORE:
  case IMAP_SERVER_REMOVE: imap_decide(session, &action); return true;
  }
  UNREACHABLE();
}

static void pump(struct imap_host_session *session) {
  while (act(session)) continue;
}

/* Only a session that idles has anything to say now; nothing else can be pending in it. */
void imap_tell(struct imap_host_session *session) {
  struct imap_server_action action;
  if (!imap_server_is_idle(session->engine)) return;
  while (imap_server_next(session->engine, &action) == IMAP_SERVER_REPLY)
    agent_say(&session->host->config.agent, session->connection, false, action.bytes);
}

/* ---- the life of a session ---- */

static void on_opened(void *context, connection_id id) {
  struct imap_host_session *session = context;
  CHECK(id == session->connection);
  session->heard = sim_cause(imap_sim(session));
  session->heard_us = sim_now(imap_sim(session));
  if (session->tls_first)
    start_tls(session);
  else
    pump(session);
}

static void on_received(void *context, connection_id id) {
  struct imap_host_session *session = context;
  CHECK(id == session->connection);
  session->heard = sim_cause(imap_sim(session));
  session->heard_us = sim_now(imap_sim(session));
  if (!session->securing && imap_server_state(session->engine) != IMAP_SERVER_CLOSED) pump(session);
}

static void free_session(struct imap_host_session *session) {
  struct imap_host *host = session->host;
  if (session->next) session->next->previous = session->previous;
  if (session->previous)
    session->previous->next = session->next;
  else
    host->sessions = session->next;
  sim_cancel(imap_sim(session), session->deadline);
  imap_server_free(session->engine);
  arena_free(&session->arena);
  mem_free(session);
}

static void on_ended(void *context, connection_id id, enum connection_end how) {
  struct imap_host_session *session = context;
  (void)id, (void)how;
  imap_server_gone(session->engine);
  free_session(session);
}

static const struct connection_handler handler = {on_opened, on_received, on_ended};

static void on_deadline(void *context) {
  struct imap_host_session *session = context;
  int64_t waited_us = sim_now(imap_sim(session)) - session->heard_us;
  if (waited_us < PATIENCE_US) {
    session->deadline = sim_after(imap_sim(session), PATIENCE_US - waited_us, on_deadline, session);
    return;
  }
  struct journal_record record = agent_record(&session->host->config.agent, JOURNAL_NOTE);
  record.connection = session->connection;
  record.text[0] = SPAN("silent for half an hour: logged out");
  sim_set_cause(imap_sim(session), session->heard);
  session->heard = sim_note_cause(imap_sim(session), &record);
  if (session->securing) { /* nothing can be said to one who has not said hello */
    connection_close(network_of(session), session->connection, false);
    return;
  }
  imap_server_shut(session->engine, SPAN("Logged out for inactivity"));
  pump(session);
}

static const struct connection_handler *on_listen(void *context, connection_id id,
                                                  const struct connection_info *info, void **context_out) {
  struct imap_host *host = context;
  struct imap_host_session *session = mem_zalloc(sizeof *session);
  session->host = host;
  session->connection = id;
  session->tls_first = info->server_port == PORT_IMAPS;
  session->engine = imap_server_new(session->tls_first ? &host->tls_server : &host->server);
  session->next = host->sessions;
  if (session->next) session->next->previous = session;
  host->sessions = session;
  session->deadline = sim_after(imap_sim(session), PATIENCE_US, on_deadline, session);
  *context_out = session;
  return &handler;
}

struct imap_host *imap_host_new(const struct imap_host_config *config) {
  struct imap_host *host = mem_zalloc(sizeof *host);
  host->config = *config;
  host->server = (struct imap_server_config){
      .host_name = network_host(config->agent.network, config->agent.host)->name,
      .offer_rev2 = true,
      .offer_sasl_plain = true,
  };
  network_listen(config->agent.network, config->agent.host, PORT_IMAP, config->agent.number, on_listen, host);
  if (tls_use_serves(config->tls)) {
    host->server.offer_starttls = true;
    host->server.auth_needs_tls = config->tls->before_auth;
    host->tls_server = host->server;
    host->tls_server.tls_from_start = true;
    network_listen(config->agent.network, config->agent.host, PORT_IMAPS, config->agent.number, on_listen,
                   host);
  }
  mail_store_watch(config->store, &imap_watcher, host);
  return host;
}

void imap_host_free(struct imap_host *host) {
  if (!host) return;
  mail_store_watch(host->config.store, NULL, NULL);
  while (host->sessions) free_session(host->sessions);
  arena_free(&host->arena);
  mem_free(host);
}
