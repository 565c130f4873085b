#include "agents/pop3_host.h"

#include "base/check.h"
#include "base/mem.h"
#include "proto/pop3_server.h"

/* The autologout timer (RFC 1939 3: at least ten minutes). */
static const int64_t PATIENCE_US = (int64_t)10 * 60 * 1000000;

enum { PROCESSES_PER_AGENT = 1000 };

struct session {
  struct pop3_host *host;
  struct session *next, *previous;
  connection_id connection;
  struct pop3_server *engine;
  struct arena arena;             /* the table of the maildrop */
  const struct mail_user *locked; /* whose maildrop it holds; NULL: none */
  struct pop3_maildrop maildrop;
  struct event_handle deadline;
  int64_t heard_us;
  journal_seq heard;         /* what it acts upon: the last line heard */
  bool tls_first, securing;  /* TLS came first; it is wanted, and does not stand yet */
  struct span login_because; /* how the client wants to prove who it is; empty: not being decided */
};

struct pop3_host {
  struct pop3_host_config config;
  struct pop3_server_config server, tls_server; /* on ports 110 and 995 */
  struct session *sessions;
  uint32_t session_count;
};

static struct sim *sim_of(const struct session *session) {
  return session->host->config.agent.sim;
}
static struct network *network_of(const struct session *session) {
  return session->host->config.agent.network;
}

/* ---- who may log in ---- */

/* The decision becomes the cause of the response. */
static void note_decision(struct session *session, struct span about, bool yes, struct span because,
                          struct span code) {
  agent_note_access(&session->host->config.agent, session->connection, about,
                    pop3_server_user(session->engine), yes, because, code);
}

static const struct mail_user *user_of(const struct session *session) {
  return mail_users_find(session->host->config.users, pop3_server_user(session->engine));
}

/* The engine compares; whether it fitted shows in what it does next. */
static void decide_login(struct session *session, struct span how) {
  const struct mail_user *user = user_of(session);
  session->login_because = how;
  pop3_server_answer_secret(session->engine, user ? user->password : SPAN_EMPTY);
}

static void note_login(struct session *session, bool yes) {
  if (session->login_because.len == 0) return;
  const struct mail_user *user = user_of(session);
  struct span because = yes                   ? session->login_because
                        : !user               ? SPAN("unknown_user")
                        : !user->password.len ? SPAN("no_password")
                                              : SPAN("wrong_password");
  session->login_because = SPAN_EMPTY;
  note_decision(session, SPAN("login"), yes, because, yes ? SPAN_EMPTY : SPAN("AUTH"));
}

/* ---- the maildrop ---- */

static struct pop3_maildrop read_maildrop(struct session *session) {
  struct mail_store *store = session->host->config.store;
  size_t count = mail_store_count(store, session->locked);
  if (count > POP3_MESSAGES_MAX) count = POP3_MESSAGES_MAX; /* the rest is for the next session */
  struct pop3_maildrop_entry *entries = arena_alloc(&session->arena, count * sizeof *entries);
  for (size_t i = 0; i < count; i++) {
    struct maildrop_entry entry;
    mail_store_entry(store, session->locked, i, &entry);
    entries[i].size = message_size(entry.message);
    entries[i].unique_id = arena_copy(&session->arena, entry.unique_id);
  }
  return (struct pop3_maildrop){entries, (uint32_t)count};
}

static void open_maildrop(struct session *session) {
  const struct mail_user *user = user_of(session);
  CHECK(user);
  note_login(session, true);
  if (!mail_store_lock(session->host->config.store, user)) {
    note_decision(session, SPAN("maildrop"), false, SPAN("in_use"), SPAN("IN-USE"));
    pop3_server_answer(session->engine, &(struct pop3_answer){.code = SPAN("IN-USE")});
    return;
  }
  session->locked = user;
  session->maildrop = read_maildrop(session);
  pop3_server_answer_maildrop(session->engine, &session->maildrop);
}

static void let_maildrop_go(struct session *session) {
  if (session->locked) mail_store_unlock(session->host->config.store, session->locked);
  session->locked = NULL;
}

static void fetch(struct session *session, const struct pop3_server_action *action) {
  struct mail_store *store = session->host->config.store;
  struct maildrop_entry entry;
  mail_store_entry(store, session->locked, action->number - 1, &entry);
  pop3_server_answer_message(session->engine, entry.message);
  if (!action->top_only)
    mail_store_mark_seen(store, &session->host->config.agent, session->locked, action->number - 1);
}

/* The update state (RFC 1939 6). From the highest number down: those above keep their places. */
static void update(struct session *session) {
  uint32_t left = pop3_server_deleted_count(session->engine);
  for (uint32_t number = session->maildrop.count; left > 0; number--) {
    if (!pop3_server_is_deleted(session->engine, number)) continue;
    mail_store_remove(session->host->config.store, &session->host->config.agent, session->locked, number - 1);
    left--;
  }
  let_maildrop_go(session);
  pop3_server_answer(session->engine, &(struct pop3_answer){.ok = true});
}

/* ---- bytes ---- */

/* Gives the engine what has arrived; false when there is nothing more. */
static bool take_input(struct session *session) {
  struct span bytes;
  struct message *message;
  if (!connection_peek(network_of(session), session->connection, false, &bytes, &message)) return false;
  if (message) { /* nobody should send one here; then it is read as what it is, bytes */
    connection_flatten(network_of(session), session->connection, false);
    return true;
  }
  size_t taken = pop3_server_feed(session->engine, bytes);
  connection_consume(network_of(session), session->connection, false, taken);
  return taken > 0;
}

static void say(struct session *session, const struct pop3_server_action *action) {
  const struct agent *agent = &session->host->config.agent;
  note_login(session, false);
  if (action->kind == POP3_SERVER_SEND_MESSAGE)
    agent_say_message(agent, session->connection, false, action->message);
  else
    agent_say(agent, session->connection, false, action->bytes);
}

static void pump(struct session *session);

static void on_settled(void *context, connection_id id, struct span fault) {
  struct session *session = context;
  session->securing = false;
  session->heard = sim_cause(sim_of(session));
  session->heard_us = sim_now(sim_of(session));
  if (fault.len) {
    connection_close(network_of(session), id, false);
    return;
  }
  if (!session->tls_first) pop3_server_tls_started(session->engine);
  pump(session);
}

/* What a client has said behind STLS must not count under TLS: what has been read by now the engine throws
 * away; what comes with it is no TLS, and ends the session, as with Dovecot. */
static void start_tls(struct session *session) {
  while (!session->tls_first && take_input(session)) continue;
  session->securing =
      tls_use_serve(network_of(session), session->connection, session->host->config.tls, false, on_settled);
}

/* False: nothing is left to do. */
static bool act(struct session *session) {
  struct pop3_server_action action;
  switch (pop3_server_next(session->engine, &action)) {
  case POP3_SERVER_WAIT: sim_set_cause(sim_of(session), session->heard); return take_input(session);
  case POP3_SERVER_REPLY:
  case POP3_SERVER_SEND_MESSAGE: say(session, &action); return true;
  case POP3_SERVER_START_TLS: start_tls(session); return false;
  case POP3_SERVER_CLOSE: connection_close(network_of(session), session->connection, false); return false;
  case POP3_SERVER_DECIDE_CONNECT:
  case POP3_SERVER_DECIDE_USER:
    pop3_server_answer(session->engine, &(struct pop3_answer){.ok = true});
    return true;
  case POP3_SERVER_DECIDE_LOGIN: decide_login(session, SPAN("password")); return true;
  case POP3_SERVER_DECIDE_APOP: decide_login(session, SPAN("apop")); return true;
  case POP3_SERVER_OPEN_MAILDROP: open_maildrop(session); return true;
  case POP3_SERVER_FETCH: fetch(session, &action); return true;
  case POP3_SERVER_UPDATE: update(session); return true;
  }
  UNREACHABLE();
}

static void pump(struct session *session) {
  while (act(session)) continue;
}

/* ---- the life of a session ---- */

static void on_opened(void *context, connection_id id) {
  struct session *session = context;
  CHECK(id == session->connection);
  session->heard = sim_cause(sim_of(session));
  session->heard_us = sim_now(sim_of(session));
  if (session->tls_first)
    start_tls(session);
  else
    pump(session);
}

static void on_received(void *context, connection_id id) {
  struct session *session = context;
  CHECK(id == session->connection);
  session->heard = sim_cause(sim_of(session));
  session->heard_us = sim_now(sim_of(session));
  if (!session->securing && pop3_server_state(session->engine) != POP3_SERVER_CLOSED) pump(session);
}

static void free_session(struct session *session) {
  struct pop3_host *host = session->host;
  if (session->next) session->next->previous = session->previous;
  if (session->previous)
    session->previous->next = session->next;
  else
    host->sessions = session->next;
  sim_cancel(sim_of(session), session->deadline);
  let_maildrop_go(session);
  pop3_server_free(session->engine);
  arena_free(&session->arena);
  mem_free(session);
}

static void on_ended(void *context, connection_id id, enum connection_end how) {
  struct session *session = context;
  (void)id, (void)how;
  pop3_server_gone(session->engine);
  free_session(session);
}

static const struct connection_handler handler = {on_opened, on_received, on_ended};

static void on_deadline(void *context) {
  struct session *session = context;
  int64_t waited_us = sim_now(sim_of(session)) - session->heard_us;
  if (waited_us < PATIENCE_US) {
    session->deadline = sim_after(sim_of(session), PATIENCE_US - waited_us, on_deadline, session);
    return;
  }
  struct journal_record record = agent_record(&session->host->config.agent, JOURNAL_NOTE);
  record.connection = session->connection;
  record.text[0] = SPAN("silent for ten minutes: logged out, nothing removed");
  sim_set_cause(sim_of(session), session->heard);
  session->heard = sim_note_cause(sim_of(session), &record);
  let_maildrop_go(session);
  if (session->securing) { /* nothing can be said to one who has not said hello */
    connection_close(network_of(session), session->connection, false);
    return;
  }
  pop3_server_shut(session->engine, NULL);
  pump(session);
}

static struct span apop_timestamp(struct pop3_host *host, struct buf *out) {
  const struct agent *agent = &host->config.agent;
  buf_add_char(out, '<');
  buf_add_u64(out, (uint64_t)agent->number * PROCESSES_PER_AGENT + host->session_count);
  buf_add_char(out, '.');
  buf_add_i64(out, network_host_unix_us(agent->network, agent->host) / 1000000);
  buf_add_char(out, '@');
  buf_add(out, host->server.host_name);
  buf_add_char(out, '>');
  return buf_span(out);
}

static const struct connection_handler *on_listen(void *context, connection_id id,
                                                  const struct connection_info *info, void **context_out) {
  struct pop3_host *host = context;
  struct session *session = mem_zalloc(sizeof *session);
  struct buf timestamp = {0};
  bool tls_first = info->server_port == PORT_POP3S;
  host->session_count++;
  session->host = host;
  session->connection = id;
  session->tls_first = tls_first;
  session->engine =
      pop3_server_new(tls_first ? &host->tls_server : &host->server, apop_timestamp(host, &timestamp));
  buf_free(&timestamp);
  session->next = host->sessions;
  if (session->next) session->next->previous = session;
  host->sessions = session;
  session->deadline = sim_after(sim_of(session), PATIENCE_US, on_deadline, session);
  *context_out = session;
  return &handler;
}

struct pop3_host *pop3_host_new(const struct pop3_host_config *config) {
  struct pop3_host *host = mem_zalloc(sizeof *host);
  host->config = *config;
  host->server = (struct pop3_server_config){
      .host_name = network_host(config->agent.network, config->agent.host)->name,
      .offer_capa = true,
      .offer_user = true,
      .offer_top = true,
      .offer_uidl = true,
      .offer_pipelining = true,
      .offer_resp_codes = true,
  };
  network_listen(config->agent.network, config->agent.host, PORT_POP3, config->agent.number, on_listen, host);
  if (tls_use_serves(config->tls)) {
    host->server.offer_stls = true;
    host->server.auth_needs_tls = config->tls->before_auth;
    host->tls_server = host->server;
    host->tls_server.tls_from_start = true;
    network_listen(config->agent.network, config->agent.host, PORT_POP3S, config->agent.number, on_listen,
                   host);
  }
  return host;
}

void pop3_host_free(struct pop3_host *host) {
  if (!host) return;
  while (host->sessions) free_session(host->sessions);
  mem_free(host);
}
