#include "agents/mta_internal.h"
#include "agents/submission.h"

#include "base/check.h"
#include "base/mem.h"

/* A host's own address in brackets is one of its names (RFC 5321 4.1.3). */
static bool is_own_literal(const struct mta *mta, struct span domain) {
  struct ip_address literal;
  if (!domain.len || domain.data[0] != '[' || !address_literal_parse(domain, &literal)) return false;
  return agent_has_address(&mta->config.agent, &literal);
}

bool mta_is_local_domain(const struct mta *mta, struct span domain) {
  for (size_t i = 0; i < mta->config.mail_for_count; i++)
    if (span_equal_nocase(mta->config.mail_for[i], domain)) return true;
  return mta->config.delivers_to &&
         (span_equal_nocase(mta->config.host_name, domain) || is_own_literal(mta, domain));
}

static bool relays_for_domain(const struct mta *mta, struct span domain) {
  for (size_t i = 0; i < mta->config.relays_for_count; i++)
    if (span_equal_nocase(mta->config.relays_for[i], domain)) return true;
  return false;
}

static bool relays_from_client(const struct mta *mta, const struct smtp_session *session) {
  const struct mta_relaying *relaying = &mta->config.relaying;
  struct ip_address address;
  for (size_t i = 0; i < relaying->host_count; i++)
    if (relaying->hosts[i] == session->client_host) return true;
  if (!relaying->network_count || !ip_address_parse(session->client_address, &address)) return false;
  for (size_t i = 0; i < relaying->network_count; i++)
    if (ip_network_has(&relaying->networks[i], &address)) return true;
  return false;
}

/* ---- what the listener asks ---- */

static void say_text(struct smtp_verdict *verdict, enum smtp_text text, struct span because) {
  verdict->text = text;
  verdict->because = because;
}

/* A name that mail is for here: a user, an alias, or postmaster, who always exists (RFC 5321 4.5.1). */
static bool knows_name(const struct mta *mta, struct span address, struct span name) {
  return mta_is_alias(mta, name) || mail_users_for(mta->config.users, address, name) ||
         span_equal_nocase(name, SPAN("postmaster"));
}

/* The whole address, and its local part; "ann" in quotation marks is ann (RFC 5321 4.1.2). */
static bool knows_recipient(const struct mta *mta, struct span address, struct span local_part) {
  struct arena arena = ARENA_EMPTY;
  bool quoted = local_part.len && local_part.data[0] == '"';
  bool known = knows_name(mta, address, quoted ? address_unquote(local_part, &arena) : local_part);
  arena_free(&arena);
  return known;
}

/* Who may send to whom: own domains for everybody, other domains for those it relays for. */
static void decide_rcpt(const struct mta *mta, const struct smtp_session *session,
                        const struct smtp_path *path, struct smtp_verdict *verdict) {
  const struct address *address = &path->address;
  if (address->domain.len == 0 || mta_is_local_domain(mta, address->domain)) {
    bool checks = mta->config.knows_users && mta->config.agent.software->checks_recipients;
    if (checks && !knows_recipient(mta, path->text, address->local_part))
      say_text(verdict, SMTP_TEXT_RCPT_UNKNOWN, SPAN("unknown_user"));
    else
      verdict->because = SPAN("mail_for");
  } else if (smtp_server_user(session->engine).len) {
    verdict->because = SPAN("authenticated");
  } else if (relays_for_domain(mta, address->domain)) {
    verdict->because = SPAN("relays_for");
  } else if (relays_from_client(mta, session)) {
    verdict->because = SPAN("relays_from");
  } else if (mta->config.relaying.anybody) {
    verdict->because = SPAN("open_relay");
  } else {
    say_text(verdict, SMTP_TEXT_RCPT_RELAY_DENIED, SPAN("relay"));
  }
}

static void decide_auth(const struct mta *mta, const struct smtp_server_decision *decision,
                        struct smtp_verdict *verdict) {
  const struct mail_user *user = mail_users_find(mta->config.submitters, decision->user);
  if (user && user->password.len && span_equal(user->password, decision->password))
    verdict->because = SPAN("password");
  else
    say_text(verdict, SMTP_TEXT_AUTH_FAILED, user ? SPAN("wrong_password") : SPAN("unknown_user"));
}

static void decide_vrfy(const struct mta *mta, struct smtp_session *session, struct span text,
                        struct smtp_verdict *verdict) {
  struct smtp_path path;
  struct span rest;
  struct span address = text, local_part = text, domain = SPAN_EMPTY;
  if (smtp_path_parse(text, false, &path, &rest) == ADDRESS_OK) {
    address = path.text;
    local_part = path.address.local_part;
    domain = path.address.domain;
  }
  if (domain.len && !mta_is_local_domain(mta, domain)) {
    say_text(verdict, SMTP_TEXT_VRFY_CANNOT, SPAN("not_local"));
  } else if (!knows_recipient(mta, address, local_part)) {
    say_text(verdict, SMTP_TEXT_VRFY_UNKNOWN, SPAN("unknown_user"));
  } else {
    const struct mail_user *user = mail_users_for(mta->config.users, address, local_part);
    say_text(verdict, SMTP_TEXT_VRFY_OK, SPAN("known_user"));
    verdict->address = user ? user->address : mta_qualified(mta, &session->arena, address);
  }
}

/* Who is behind a name, one a line: what made EXPN useful once, and a gift to spammers now. */
static void decide_expn(const struct mta *mta, struct smtp_session *session, struct span text,
                        struct smtp_verdict *verdict) {
  struct smtp_path path;
  struct span rest, *members;
  size_t count;
  if (smtp_path_parse(text, false, &path, &rest) == ADDRESS_OK) text = path.text;
  if (mta_list_members(mta, text, &session->arena, &members, &count)) {
    say_text(verdict, SMTP_TEXT_EXPN_OK, SPAN("list"));
    verdict->addresses = members;
    verdict->address_count = count;
    return;
  }
  decide_vrfy(mta, session, text, verdict); /* somebody with a mailbox is a list of one, as sendmail has it */
  if (verdict->text == SMTP_TEXT_VRFY_OK)
    verdict->text = SMTP_TEXT_EXPN_OK;
  else
    say_text(verdict, SMTP_TEXT_EXPN_UNKNOWN, SPAN("no_list"));
}

/* RFC 1985 5.3: who may have the queue tried for which host is the software's (Postfix: its relay domains).
 */
static void decide_etrn(struct mta *mta, struct span domain, struct smtp_verdict *verdict) {
  enum etrn_for who = mta->config.agent.software->etrn_for;
  if (who == ETRN_FOR_NOBODY || (who == ETRN_FOR_RELAYS && !relays_for_domain(mta, domain))) {
    say_text(verdict, SMTP_TEXT_ETRN_REFUSED, SPAN("etrn"));
    return;
  }
  bool waits = mta_start_queue(mta, domain);
  say_text(verdict, waits ? SMTP_TEXT_ETRN_STARTED : SMTP_TEXT_ETRN_NOTHING, SPAN("etrn"));
}

/* ---- accepting a message ---- */

/* Each session, each report, and with qmail each letter, is a process of its own. */
uint32_t mta_next_process(struct mta *mta) {
  return mta->config.process_id + mta->processes++;
}

static struct span make_queue_id(void *context, struct smtp_session *session) {
  struct mta *mta = context;
  char text[QUEUE_ID_MAX];
  struct network *network = mta->config.agent.network;
  if (!session->process) session->process = mta_next_process(mta);
  mta->ids.process_id = mta->ids.scheme == QUEUE_ID_QMAIL ? mta_next_process(mta) : session->process;
  mta->ids.in_process = session->letters++;
  struct span id = queue_id_make(&mta->ids, network_host_unix_us(network, mta->config.agent.host),
                                 network_host(network, mta->config.agent.host)->zone_minutes, text);
  return arena_copy(&session->arena, id);
}

/* What TLS the letter came under, if any. */
static void add_tls(const struct mta *mta, const struct smtp_session *session, struct stamp_facts *facts) {
  if (!tls_use_serves(mta->config.tls)) return;
  const struct network *network = mta->config.agent.network;
  facts->tls = connection_tls(network, session->connection, true);
  facts->tls_record = connection_tls_record(network, session->connection);
}

static void tell_facts(const struct mta *mta, const struct smtp_session *session,
                       struct stamp_facts *facts_out) {
  *facts_out = (struct stamp_facts){
      .helo = smtp_server_helo(session->engine),
      .helo_record = session->heard.helo,
      .ptr = session->client_name,
      .ptr_record = session->heard.ptr,
      .may_be_forged = session->may_be_forged,
      .ip = session->client_shown,
      .connect_record = session->heard.connect,
      .host = mta->config.host_name,
      .with = smtp_server_with(session->engine),
      .id = session->queue_id,
      .reverse_path = smtp_server_reverse_path(session->engine),
      .mail_record = session->heard.mail,
  };
  add_tls(mta, session, facts_out);
  /* With several recipients a for clause would betray one to another (RFC 5321 7.2). */
  if (smtp_server_recipient_count(session->engine) == 1) {
    facts_out->recipient = smtp_server_recipient(session->engine, 0);
    facts_out->recipient_record = session->heard.rcpt;
  }
}

struct span mta_own_queue_id(struct mta *mta, char text[QUEUE_ID_MAX]) {
  const struct agent *agent = &mta->config.agent;
  mta->ids.process_id = mta_next_process(mta);
  mta->ids.in_process = 0;
  return queue_id_make(&mta->ids, network_host_unix_us(agent->network, agent->host),
                       network_host(agent->network, agent->host)->zone_minutes, text);
}

static bool is_in(const struct span *list, uint32_t count, struct span recipient) {
  for (uint32_t i = 0; i < count; i++)
    if (span_equal(list[i], recipient)) return true;
  return false;
}

/* As the letter goes on with it: "<ann>", where that is taken, is somebody of this site. */
static struct span envelope_address(const struct mta *mta, struct smtp_session *session, struct span said) {
  bool completes = mta->config.agent.software->server.bare_names != SMTP_BARE_NAMES_REFUSED;
  return completes && said.len ? mta_qualified(mta, &session->arena, said) : said;
}

static struct span recipient_at(const struct mta *mta, struct smtp_session *session, uint32_t index) {
  return envelope_address(mta, session, smtp_server_recipient(session->engine, index));
}

/* What the client asks to be told goes with the letter. Who was named twice is told what either wants. */
static void take_requests(const struct mta *mta, struct queue_entry *entry, struct smtp_session *session,
                          const struct dsn_requests *requests) {
  entry->asks = true;
  entry->dsn = requests->message;
  entry->dsn.envelope_id = arena_copy(&entry->arena, requests->message.envelope_id);
  for (uint32_t i = 0; i < smtp_server_recipient_count(session->engine); i++) {
    uint32_t at = 0;
    while (!span_equal(entry->recipients[at].address, recipient_at(mta, session, i))) at++;
    struct dsn_recipient_request request = requests->recipients[i];
    const struct dsn_recipient_request *before = &entry->recipients[at].dsn;
    unsigned notify = request.notify | before->notify;
    if (notify != DSN_NOTIFY_NEVER) notify &= ~(unsigned)DSN_NOTIFY_NEVER;
    request.notify = (uint8_t)notify;
    if (before->original.len) request.original = before->original;
    queue_entry_ask(entry, at, &request);
  }
}

static void accept_message(struct mta *mta, struct smtp_session *session, struct message *arrived,
                           bool submission) {
  const struct agent *agent = smtp_session_agent(session);
  struct message *message = message_retain(arrived);
  if (submission || agent->software->adds_when_relaying)
    submission_complete(agent, mta->config.numbers, &message, session);
  struct stamp_facts facts;
  tell_facts(mta, session, &facts);
  stamp_received(smtp_session_stamper(session), mta->config.numbers, &message, &facts);
  struct span recipients[1];
  uint32_t count = smtp_server_recipient_count(session->engine);
  struct span *list = count > 1 ? arena_alloc(&session->arena, count * sizeof *list) : recipients;
  uint32_t kept = 0; /* who is named twice gets one copy */
  for (uint32_t i = 0; i < count; i++) {
    list[kept] = recipient_at(mta, session, i);
    kept += !is_in(list, kept, list[kept]);
  }
  count = kept;
  struct span reverse_path = envelope_address(mta, session, smtp_server_reverse_path(session->engine));
  struct queue_entry *entry = mta_enqueue(mta, session->queue_id, message, reverse_path, list, count);
  const struct dsn_requests *requests = smtp_server_dsn_requests(session->engine);
  if (requests) take_requests(mta, entry, session, requests);
  message_release(message);
}

static void decide_message(struct mta *mta, struct smtp_session *session, struct message *arrived,
                           bool submission, struct smtp_verdict *verdict) {
  if (arrived->received_count >= mta->config.hop_limit) {
    say_text(verdict, SMTP_TEXT_LOOP, SPAN("too_many_hops"));
    return;
  }
  accept_message(mta, session, arrived, submission);
  verdict->because = SPAN("accepted");
}

static bool decide(struct mta *mta, struct smtp_session *session, const struct smtp_server_decision *decision,
                   struct smtp_verdict *verdict_out, bool submission) {
  switch (decision->kind) {
  case SMTP_SERVER_DECIDE_RCPT: decide_rcpt(mta, session, &decision->path, verdict_out); break;
  case SMTP_SERVER_DECIDE_AUTH: decide_auth(mta, decision, verdict_out); break;
  case SMTP_SERVER_DECIDE_VRFY: decide_vrfy(mta, session, decision->text, verdict_out); break;
  case SMTP_SERVER_DECIDE_ETRN: decide_etrn(mta, decision->text, verdict_out); break;
  case SMTP_SERVER_DECIDE_EXPN: decide_expn(mta, session, decision->text, verdict_out); break;
  case SMTP_SERVER_DECIDE_MESSAGE:
    decide_message(mta, session, decision->message, submission, verdict_out);
    break;
  case SMTP_SERVER_DECIDE_CONNECT: session->process = mta_next_process(mta); break;
  case SMTP_SERVER_DECIDE_HELO:
  case SMTP_SERVER_DECIDE_MAIL:
  case SMTP_SERVER_DECIDE_DATA:
  case SMTP_SERVER_WAIT:
  case SMTP_SERVER_REPLY:
  case SMTP_SERVER_START_TLS:
  case SMTP_SERVER_CLOSE: break;
  }
  return true;
}

static bool decide_relay(void *context, struct smtp_session *session,
                         const struct smtp_server_decision *decision, struct smtp_verdict *verdict_out) {
  return decide(context, session, decision, verdict_out, false);
}

static bool decide_submission(void *context, struct smtp_session *session,
                              const struct smtp_server_decision *decision, struct smtp_verdict *verdict_out) {
  return decide(context, session, decision, verdict_out, true);
}

static const struct smtp_program relay_program = {.decide = decide_relay, .queue_id = make_queue_id};
static const struct smtp_program submission_program = {.decide = decide_submission,
                                                       .queue_id = make_queue_id};

/* ---- the queue ---- */

static void first_try(void *context) {
  struct queue_entry *entry = context;
  mta_try_entry(entry->owner, entry);
}

void mta_try_soon(struct mta *mta, struct queue_entry *entry) {
  entry->timer = sim_after(mta->config.agent.sim, 0, first_try, entry);
}

bool mta_start_queue(struct mta *mta, struct span domain) {
  bool waits = false;
  for (struct queue_entry *entry = mta->queue.first; entry; entry = entry->next) {
    bool is_for = false;
    for (uint32_t i = 0; i < entry->recipient_count; i++) {
      struct span address = entry->recipients[i].address;
      size_t at = span_find_last(address, '@');
      is_for |= entry->recipients[i].state == QUEUE_WAITING && at != SPAN_NONE &&
                span_equal_nocase(span_skip(address, at + 1), domain);
    }
    waits |= is_for;
    if (!is_for || entry->active) continue; /* under way: what is still to be tried is tried after it */
    sim_cancel(mta->config.agent.sim, entry->timer);
    mta_try_soon(mta, entry);
  }
  return waits;
}

static struct span joined(struct arena *arena, const struct span *items, uint32_t count) {
  struct span text = items[0];
  for (uint32_t i = 1; i < count; i++) {
    const struct span pieces[] = {text, SPAN("\n"), items[i]};
    text = arena_join(arena, pieces, 3);
  }
  return text;
}

struct queue_entry *mta_enqueue(struct mta *mta, struct span id, struct message *message,
                                struct span reverse_path, const struct span *recipients, uint32_t count) {
  CHECK(count > 0);
  const struct agent *agent = &mta->config.agent;
  struct queue_entry *entry = mail_queue_add(&mta->queue, id, message, reverse_path, recipients, count);
  entry->owner = mta;
  entry->accepted_us = sim_now(agent->sim);
  struct journal_record record = agent_record(agent, JOURNAL_ACCEPTED);
  record.message = message->number;
  record.number[0] = message->version;
  record.number[1] = (int64_t)message_size(message);
  record.text[0] = entry->id;
  record.text[1] = entry->reverse_path;
  record.text[2] = joined(&entry->arena, recipients, count);
  sim_note_cause(agent->sim, &record);
  entry->timer = sim_after(agent->sim, mta->config.queue_delay_us, first_try, entry);
  return entry;
}

/* ---- life ---- */

static struct smtp_listener *listen_on(struct mta *mta, const struct agent *agent, uint16_t port,
                                       enum smtp_dialect dialect, const struct smtp_program *program) {
  struct smtp_listener_config config = {
      .agent = *agent,
      .port = port,
      .dialect = dialect,
      .tls = mta->config.tls,
      .tls_first = port == PORT_SUBMISSIONS,
      .helo_name = mta->config.host_name,
      .server = agent->software->server,
      .resolver = mta->config.resolver,
      .policies = mta->config.policies,
      .program = program,
      .context = mta,
      .numbers = mta->config.numbers,
  };
  config.server.require_auth = mta->config.require_auth && dialect == SMTP_DIALECT_SUBMISSION;
  return smtp_listener_new(&config);
}

struct mta *mta_new(const struct mta_config *config) {
  struct mta *mta = mem_zalloc(sizeof *mta);
  const struct agent *agent = &config->agent;
  mta->config = *config;
  mta->ids = (struct queue_id_maker){
      .scheme = agent->software->queue_id,
      .process_id = config->process_id,
      .sequence = config->queue_sequence,
      .initial = config->host_name.len ? ascii_upper(config->host_name.data[0]) : 'Q',
      .pinned = config->queue_ids,
      .pinned_count = config->queue_id_count,
  };
  name_index_init(&mta->aliases, config->alias_count, true);
  for (size_t i = 0; i < config->alias_count; i++) name_index_add(&mta->aliases, &config->aliases[i].name);
  mta->stamper = stamper_new(agent);
  mta->outbound = outbound_new();
  struct span name = network_host(agent->network, agent->host)->name;
  mta->mx_order = sim_rng(agent->sim, name);
  struct buf stream = {0};
  buf_format(&stream, "addresses %.*s", SPAN_ARG(name));
  mta->address_order = sim_rng(agent->sim, buf_span(&stream));
  buf_free(&stream);
  if (config->listener.number)
    mta->listener = listen_on(mta, &mta->config.listener, PORT_SMTP, SMTP_DIALECT_SMTP, &relay_program);
  if (config->submission.number)
    mta->submission = listen_on(mta, &mta->config.submission, PORT_SUBMISSION, SMTP_DIALECT_SUBMISSION,
                                &submission_program);
  if (config->submission.number && tls_use_serves(config->tls))
    mta->submissions = listen_on(mta, &mta->config.submission, PORT_SUBMISSIONS, SMTP_DIALECT_SUBMISSION,
                                 &submission_program);
  return mta;
}

void mta_free(struct mta *mta) {
  if (!mta) return;
  smtp_listener_free(mta->listener);
  smtp_listener_free(mta->submission);
  smtp_listener_free(mta->submissions);
  outbound_free(mta->outbound);
  mta_forget_deliveries(mta);
  mail_queue_clear(&mta->queue);
  stamper_free(mta->stamper);
  final_stamp_free(&mta->final);
  name_index_free(&mta->aliases);
  mem_free(mta);
}

/* ---- set up anew ---- */

const struct mta_relaying *mta_relaying(const struct mta *mta) {
  return &mta->config.relaying;
}

void mta_set_relaying(struct mta *mta, const struct mta_relaying *relaying) {
  mta->config.relaying = *relaying;
}

void mta_set_policies(struct mta *mta, struct policy_list policies) {
  struct smtp_listener *const listeners[] = {mta->listener, mta->submission, mta->submissions};
  for (size_t i = 0; i < sizeof listeners / sizeof *listeners; i++)
    if (listeners[i]) smtp_listener_set_policies(listeners[i], policies);
}
