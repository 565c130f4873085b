#include "agents/smtp_listener.h"

#include "agents/smtp_words.h"
#include "base/check.h"
#include "base/mem.h"
#include "mail/compose.h"

/* A server waits at most so long for a client's next command (RFC 5321 4.5.3.2.7). */
static const int64_t PATIENCE_US = (int64_t)5 * 60 * 1000000;

struct open_session {
  struct smtp_session session; /* first: what programs are given */
  struct open_session *next, *previous;
  struct arena life; /* of the session */
  struct event_handle deadline;
  int64_t heard_us;
  bool deciding;  /* the engine waits for an answer */
  bool resolving; /* the client's name is being asked for: the session must not be freed */
  bool securing;  /* TLS is wanted, and does not stand yet */
  bool ended;
  const struct smtp_server_decision *decision; /* the open one: it lives until it is answered */
};

struct smtp_listener {
  struct smtp_listener_config config;
  struct stamper *stamper;
  struct smtp_words *words;
  struct open_session *sessions;
};

static void pump(struct open_session *open);

static struct smtp_listener *listener_of(const struct open_session *open) {
  return open->session.listener;
}
static struct sim *sim_of(const struct open_session *open) {
  return listener_of(open)->config.agent.sim;
}
static struct network *network_of(const struct open_session *open) {
  return listener_of(open)->config.agent.network;
}

const struct agent *smtp_session_agent(const struct smtp_session *session) {
  return &session->listener->config.agent;
}

struct stamper *smtp_session_stamper(const struct smtp_session *session) {
  return session->listener->stamper;
}

/* ---- answering ---- */

static void end_transaction(struct open_session *open) {
  struct smtp_listener *listener = listener_of(open);
  if (listener->config.program->reset)
    listener->config.program->reset(listener->config.context, &open->session);
  open->session.queue_id = SPAN_EMPTY;
  arena_reset(&open->session.arena);
}

static const struct span about_names[] = {
    [SMTP_SERVER_DECIDE_CONNECT] = SPAN_INIT("connect"), [SMTP_SERVER_DECIDE_HELO] = SPAN_INIT("helo"),
    [SMTP_SERVER_DECIDE_AUTH] = SPAN_INIT("auth"),       [SMTP_SERVER_DECIDE_MAIL] = SPAN_INIT("mail"),
    [SMTP_SERVER_DECIDE_RCPT] = SPAN_INIT("rcpt"),       [SMTP_SERVER_DECIDE_VRFY] = SPAN_INIT("vrfy"),
    [SMTP_SERVER_DECIDE_EXPN] = SPAN_INIT("expn"),       [SMTP_SERVER_DECIDE_DATA] = SPAN_INIT("data"),
    [SMTP_SERVER_DECIDE_MESSAGE] = SPAN_INIT("message"), [SMTP_SERVER_DECIDE_ETRN] = SPAN_INIT("etrn"),
};

static struct span subject_of(const struct open_session *open) {
  const struct smtp_server_decision *decision = open->decision;
  if (decision->kind == SMTP_SERVER_DECIDE_CONNECT) return open->session.client_address;
  if (decision->kind == SMTP_SERVER_DECIDE_MAIL || decision->kind == SMTP_SERVER_DECIDE_RCPT)
    return decision->path.text;
  if (decision->kind == SMTP_SERVER_DECIDE_AUTH) return decision->user;
  if (decision->kind == SMTP_SERVER_DECIDE_MESSAGE && listener_of(open)->config.dialect == SMTP_DIALECT_LMTP)
    return smtp_server_recipient(open->session.engine, decision->recipient); /* asked for each by itself */
  if (decision->kind == SMTP_SERVER_DECIDE_DATA || decision->kind == SMTP_SERVER_DECIDE_MESSAGE)
    return smtp_server_reverse_path(open->session.engine);
  return decision->text;
}

/* A decision is worth a record when somebody could ask why: each recipient, each refusal. */
static void note_decision(struct open_session *open, const struct smtp_reply *reply, struct span because) {
  const struct smtp_server_decision *decision = open->decision;
  bool yes = reply->code < 400;
  if (yes && decision->kind != SMTP_SERVER_DECIDE_RCPT && decision->kind != SMTP_SERVER_DECIDE_AUTH) return;
  struct journal_record record = agent_record(&listener_of(open)->config.agent, JOURNAL_DECISION);
  record.connection = open->session.connection;
  record.message = decision->message ? decision->message->number : 0;
  record.number[0] = reply->code;
  record.text[0] = about_names[decision->kind];
  record.text[1] = subject_of(open);
  record.text[2] = yes ? SPAN("accept") : reply->code < 500 ? SPAN("defer") : SPAN("reject");
  record.text[3] = because;
  record.text[4] = reply->enhanced;
  sim_note_cause(sim_of(open), &record);
}

/* The software's words for the occasion, about the decision that is open. */
static const struct smtp_reply *words_for(struct open_session *open, const struct smtp_verdict *verdict) {
  struct span subject = subject_of(open);
  struct smtp_words_facts facts = {
      .session = &open->session,
      .decision = open->decision,
      .value = subject,
      .address = verdict->address.len ? verdict->address : subject,
      .addresses = verdict->addresses,
      .address_count = verdict->address_count,
  };
  enum smtp_text occasion = verdict->text ? verdict->text : smtp_words_usual(open->decision);
  return smtp_words_reply(listener_of(open)->words, occasion, &facts);
}

static void answer(struct open_session *open, const struct smtp_verdict *verdict) {
  const struct smtp_reply *reply = verdict->reply.code ? &verdict->reply : words_for(open, verdict);
  note_decision(open, reply, verdict->because);
  open->deciding = false;
  bool message_over = open->decision->kind == SMTP_SERVER_DECIDE_MESSAGE;
  smtp_server_answer(open->session.engine, reply);
  if (message_over && !smtp_server_recipient_count(open->session.engine)) end_transaction(open);
}

void smtp_session_answer(struct smtp_session *session, const struct smtp_verdict *verdict) {
  struct open_session *open = (struct open_session *)session;
  if (!open->deciding || open->ended) return;
  answer(open, verdict);
  pump(open);
}

/* ---- deciding ---- */

/* The records that trace fields name as their sources. */
static void remember_source(struct open_session *open) {
  journal_seq heard = sim_cause(sim_of(open));
  switch (open->decision->kind) {
  case SMTP_SERVER_DECIDE_HELO: open->session.heard.helo = heard; break;
  case SMTP_SERVER_DECIDE_MAIL: open->session.heard.mail = heard; break;
  case SMTP_SERVER_DECIDE_RCPT: open->session.heard.rcpt = heard; break;
  case SMTP_SERVER_DECIDE_AUTH: open->session.heard.auth = heard; break;
  case SMTP_SERVER_DECIDE_CONNECT:
  case SMTP_SERVER_DECIDE_VRFY:
  case SMTP_SERVER_DECIDE_EXPN:
  case SMTP_SERVER_DECIDE_ETRN:
  case SMTP_SERVER_DECIDE_DATA:
  case SMTP_SERVER_DECIDE_MESSAGE:
  case SMTP_SERVER_WAIT:
  case SMTP_SERVER_REPLY:
  case SMTP_SERVER_START_TLS:
  case SMTP_SERVER_CLOSE: break;
  }
}

/* A letter that came as plain bytes, typed by hand or from outside, gets its number here. */
static void number_stranger(struct open_session *open) {
  if (!open->decision->message) return;
  struct message *message = agent_recognise(&listener_of(open)->config.agent, open->session.connection, false,
                                            open->decision->message);
  if (message != open->decision->message) smtp_server_recognise(open->session.engine, message);
  if (message->version) return;
  struct agent outside = listener_of(open)->config.agent;
  outside.host = open->session.client_host;
  outside.number = 0;
  uint32_t count = smtp_server_recipient_count(open->session.engine);
  struct span *recipients = arena_alloc(&open->session.arena, count * sizeof *recipients);
  for (uint32_t i = 0; i < count; i++) recipients[i] = smtp_server_recipient(open->session.engine, i);
  agent_note_compose(&outside, listener_of(open)->config.numbers, message,
                     smtp_server_reverse_path(open->session.engine),
                     compose_lines(&open->session.arena, recipients, count));
}

/* The planned answer; NULL: none. */
static const struct smtp_reply *planned_for(struct open_session *open, struct span *because_out) {
  struct policy_list *policies = &listener_of(open)->config.policies;
  if (policies->count == 0) return NULL;
  return policy_apply(policies, about_names[open->decision->kind], subject_of(open),
                      open->session.client_name, open->session.client_address, because_out);
}

static void decide(struct open_session *open, const struct smtp_server_decision *decision) {
  struct smtp_listener *listener = listener_of(open);
  struct smtp_verdict verdict = {0};
  open->deciding = true;
  open->decision = decision;
  remember_source(open);
  number_stranger(open);
  const struct smtp_reply *planned = planned_for(open, &verdict.because);
  if (planned) {
    verdict.reply = *planned;
    answer(open, &verdict);
    return;
  }
  if (!listener->config.program->decide(listener->config.context, &open->session, open->decision, &verdict))
    return;
  if (open->decision->kind == SMTP_SERVER_DECIDE_MAIL && !verdict.text && !verdict.reply.code &&
      listener->config.program->queue_id)
    open->session.queue_id = listener->config.program->queue_id(listener->config.context, &open->session);
  answer(open, &verdict);
}

/* ---- bytes ---- */

/* What has arrived: bytes, or a message by reference. */
struct input {
  struct span bytes;
  struct message *message;
};

/* False when there is nothing more. */
static bool hear(const struct open_session *open, struct input *input_out) {
  return connection_peek(network_of(open), open->session.connection, false, &input_out->bytes,
                         &input_out->message);
}

/* Gives it to the engine. */
static void feed(struct open_session *open, const struct input *input) {
  struct network *network = network_of(open);
  connection_id id = open->session.connection;
  if (!input->message) {
    connection_consume(network, id, false, smtp_server_feed(open->session.engine, input->bytes));
  } else if (smtp_server_wants_message(open->session.engine)) {
    smtp_server_feed_message(open->session.engine, input->message);
    connection_consume(network, id, false, 0);
  } else {
    connection_flatten(network, id, false);
  }
}

static void on_settled(void *context, connection_id id, struct span fault) {
  struct open_session *open = context;
  const struct smtp_listener_config *config = &listener_of(open)->config;
  open->securing = false;
  open->heard_us = sim_now(sim_of(open));
  if (fault.len) {
    connection_close(config->agent.network, id, false);
    return;
  }
  if (!config->tls_first) smtp_server_tls_started(open->session.engine);
  if (!open->resolving) pump(open);
}

/* What a client has said behind STARTTLS must not count under TLS (RFC 3207 4.2): the engine throws away what
 * has been read by now, the connection what comes with it. */
static void start_tls(struct open_session *open) {
  const struct smtp_listener_config *config = &listener_of(open)->config;
  struct input input;
  while (!config->tls_first && hear(open, &input)) feed(open, &input);
  open->securing =
      tls_use_serve(network_of(open), open->session.connection, config->tls, !config->tls_first, on_settled);
}

static void say(struct open_session *open, const struct smtp_server_action *action) {
  const struct agent *agent = &listener_of(open)->config.agent;
  if (action->is_line)
    agent_say_line(agent, open->session.connection, false, action->bytes);
  else
    agent_say(agent, open->session.connection, false, action->bytes);
}

/* Does what the engine asks for until it wants to hear more; false if it is not to hear anything now. */
static bool act(struct open_session *open) {
  struct smtp_server_action action;
  while (!open->deciding) {
    switch (smtp_server_next(open->session.engine, &action)) {
    case SMTP_SERVER_WAIT: return !open->ended;
    case SMTP_SERVER_REPLY: say(open, &action); break;
    case SMTP_SERVER_START_TLS: start_tls(open); return false;
    case SMTP_SERVER_CLOSE: connection_close(network_of(open), open->session.connection, false); return false;
    case SMTP_SERVER_DECIDE_CONNECT:
    case SMTP_SERVER_DECIDE_HELO:
    case SMTP_SERVER_DECIDE_AUTH:
    case SMTP_SERVER_DECIDE_MAIL:
    case SMTP_SERVER_DECIDE_RCPT:
    case SMTP_SERVER_DECIDE_VRFY:
    case SMTP_SERVER_DECIDE_EXPN:
    case SMTP_SERVER_DECIDE_ETRN:
    case SMTP_SERVER_DECIDE_DATA:
    case SMTP_SERVER_DECIDE_MESSAGE: decide(open, action.decision); break;
    }
  }
  return false;
}

static void pump(struct open_session *open) {
  struct input input;
  while (act(open) && hear(open, &input)) feed(open, &input);
}

/* ---- the life of a session ---- */

static void free_session(struct open_session *open) {
  struct smtp_listener *listener = listener_of(open);
  if (open->next) open->next->previous = open->previous;
  if (open->previous)
    open->previous->next = open->next;
  else
    listener->sessions = open->next;
  sim_cancel(sim_of(open), open->deadline);
  smtp_server_free(open->session.engine);
  arena_free(&open->session.arena);
  arena_free(&open->life);
  mem_give(open, sizeof *open);
}

/* What DNS has to say about the client is known; false if nobody is there any more to use it. */
static bool resolved(struct open_session *open, const struct resolver_answer *answer_in) {
  open->resolving = false;
  if (open->ended) {
    free_session(open);
    return false;
  }
  sim_set_cause(sim_of(open), answer_in->record);
  return true;
}

static bool leads_to(const struct resolver_answer *answer_in, const struct ip_address *address) {
  for (size_t i = 0; answer_in->status == RESOLVER_FOUND && i < answer_in->count; i++)
    if (ip_address_equal(&answer_in->records[i].address, address)) return true;
  return false;
}

static void on_name_checked(void *context, const struct resolver_answer *answer_in) {
  struct open_session *open = context;
  struct smtp_session *session = &open->session;
  if (!resolved(open, answer_in)) return;
  struct ip_address address;
  bool known = ip_address_parse(session->client_address, &address);
  if (!known || !leads_to(answer_in, &address)) {
    bool shown = listener_of(open)->config.agent.software->believes_ptr == PTR_MARKED;
    session->may_be_forged = shown;
    if (!shown) session->client_name = SPAN_EMPTY;
    if (!shown) session->heard.ptr = answer_in->record; /* why there is no name */
  }
  if (!open->securing) pump(open);
}

/* Only who runs the name's own zone can make it lead to the client's address; the PTR record is the client's.
 */
static void check_name(struct open_session *open) {
  const struct smtp_listener_config *config = &listener_of(open)->config;
  struct ip_address address;
  bool v6 = ip_address_parse(open->session.client_address, &address) && address.family == IP_V6;
  open->resolving = true;
  resolver_ask(config->resolver, open->session.client_name, v6 ? DNS_TYPE_AAAA : DNS_TYPE_A, on_name_checked,
               open);
}

static void on_client_name(void *context, const struct resolver_answer *answer_in) {
  struct open_session *open = context;
  if (!resolved(open, answer_in)) return;
  open->session.heard.ptr = answer_in->record;
  if (answer_in->status == RESOLVER_FOUND && answer_in->count > 0)
    open->session.client_name = arena_copy(&open->life, answer_in->records[0].target);
  bool believed = listener_of(open)->config.agent.software->believes_ptr == PTR_BELIEVED;
  if (open->session.client_name.len && !believed)
    check_name(open);
  else if (!open->securing)
    pump(open);
}

static void on_opened(void *context, connection_id id) {
  struct open_session *open = context;
  struct smtp_listener *listener = listener_of(open);
  CHECK(id == open->session.connection);
  open->session.heard.connect = sim_cause(sim_of(open));
  open->heard_us = sim_now(sim_of(open));
  if (listener->config.tls_first) start_tls(open);
  if (listener->config.resolver && listener->config.agent.software->looks_up_ptr) {
    open->resolving = true;
    resolver_ask_ptr(listener->config.resolver, open->session.client_address, on_client_name, open);
    return;
  }
  if (!open->securing) pump(open);
}

static void on_received(void *context, connection_id id) {
  struct open_session *open = context;
  CHECK(id == open->session.connection);
  open->heard_us = sim_now(sim_of(open));
  bool listens = !open->resolving && !open->securing && !open->deciding;
  struct input input;
  if (!listens || !hear(open, &input)) return;
  feed(open, &input); /* there is nothing left to do from before */
  pump(open);
}

static void on_ended(void *context, connection_id id, enum connection_end how) {
  struct open_session *open = context;
  (void)id;
  (void)how;
  open->ended = true;
  smtp_server_gone(open->session.engine);
  end_transaction(open);
  if (!open->resolving) free_session(open);
}

static const struct connection_handler handler = {on_opened, on_received, on_ended};

static void on_deadline(void *context) {
  struct open_session *open = context;
  int64_t waited_us = sim_now(sim_of(open)) - open->heard_us;
  if (waited_us < PATIENCE_US || open->deciding || open->resolving) {
    int64_t more_us = waited_us < PATIENCE_US ? PATIENCE_US - waited_us : PATIENCE_US;
    open->deadline = sim_after(sim_of(open), more_us, on_deadline, open);
    return;
  }
  if (open->securing) { /* nothing can be said to one who has not said hello */
    connection_close(network_of(open), open->session.connection, false);
    return;
  }
  struct smtp_words_facts facts = {.session = &open->session, .value = SPAN_EMPTY, .address = SPAN_EMPTY};
  smtp_server_shut(open->session.engine,
                   smtp_words_reply(listener_of(open)->words, SMTP_TEXT_TIMEOUT, &facts));
  pump(open);
}

static const struct connection_handler *on_listen(void *context, connection_id id,
                                                  const struct connection_info *info, void **context_out) {
  struct smtp_listener *listener = context;
  struct open_session *open = mem_ztake(sizeof *open);
  open->session.listener = listener;
  open->session.connection = id;
  open->session.client_host = info->client_host;
  open->session.client_address = info->client_address;
  open->session.client_shown =
      agent_tagged_address(&listener->config.agent, info->client_address, &open->life);
  open->session.engine = smtp_server_new(&listener->config.server);
  open->next = listener->sessions;
  if (open->next) open->next->previous = open;
  listener->sessions = open;
  open->deadline = sim_after(listener->config.agent.sim, PATIENCE_US, on_deadline, open);
  *context_out = open;
  return &handler;
}

/* A delivery agent is a program of its own: RFC 2033 5 asks for pipelining and enhanced codes. */
static void speak_lmtp(struct smtp_server_config *server) {
  server->texts = &smtp_words_lmtp;
  server->offer_pipelining = server->offer_enhanced_codes = server->offer_8bitmime = true;
  server->offer_vrfy = server->offer_expn = server->offer_help = server->offer_dsn = false;
  server->offer_etrn = server->any_helo = server->mail_restarts = server->ignores_parameters = false;
  server->bare_names = SMTP_BARE_NAMES_REFUSED;
  server->ignores_arguments = 0;
  if (server->bare_newlines == SMTP_BARE_HANG_UP) server->bare_newlines = SMTP_BARE_KEEP; /* a bare CR */
  memset(server->offer_order, 0, sizeof server->offer_order);
}

/* Where a software says in which order it lists its extensions, STARTTLS stands before AUTH, or at the end.
 */
static void list_starttls(struct smtp_server_config *server) {
  uint8_t *order = server->offer_order;
  size_t at = 0, count = 0;
  while (count < SMTP_EXTENSION_COUNT && order[count]) {
    if (order[count] == SMTP_EXTENSION_STARTTLS) return;
    if (order[count] != SMTP_EXTENSION_AUTH) at = count + 1;
    count++;
  }
  if (count == 0 || count == SMTP_EXTENSION_COUNT) return;
  memmove(order + at + 1, order + at, count - at);
  order[at] = SMTP_EXTENSION_STARTTLS;
}

static void use_tls(struct smtp_listener *listener) {
  struct smtp_server_config *server = &listener->config.server;
  bool has_tls = tls_use_serves(listener->config.tls) && server->dialect != SMTP_DIALECT_LMTP;
  server->offer_starttls = has_tls && !listener->config.tls_first;
  server->tls_from_start = listener->config.tls_first;
  if (server->offer_starttls) list_starttls(server);
  if (has_tls && listener->config.tls->before_auth) server->auth_needs_tls = true;
}

struct smtp_listener *smtp_listener_new(const struct smtp_listener_config *config) {
  struct smtp_listener *listener = mem_zalloc(sizeof *listener);
  listener->config = *config;
  listener->stamper = stamper_new(&config->agent);
  listener->config.server.host_name = config->helo_name;
  listener->config.server.dialect = config->dialect;
  if (config->dialect != SMTP_DIALECT_SUBMISSION)
    listener->config.server.offer_auth = false; /* servers do not log in */
  listener->config.server.texts = &config->agent.software->texts;
  if (config->dialect == SMTP_DIALECT_LMTP) speak_lmtp(&listener->config.server);
  use_tls(listener);
  listener->words =
      smtp_words_new(&config->agent, config->helo_name, listener->config.server.texts, listener->stamper);
  listener->config.server.texts = smtp_words_texts(listener->words);
  network_listen(config->agent.network, config->agent.host, config->port, config->agent.number, on_listen,
                 listener);
  return listener;
}

void smtp_listener_free(struct smtp_listener *listener) {
  if (!listener) return;
  while (listener->sessions) free_session(listener->sessions);
  smtp_words_free(listener->words);
  stamper_free(listener->stamper);
  mem_free(listener);
}

void smtp_listener_set_policies(struct smtp_listener *listener, struct policy_list policies) {
  listener->config.policies = policies;
}
