/* The SMTP and LMTP server under test.
 *
 * Set-up:  config KEY VALUE            see keys[]; numbers, or on and off
 *          order SIZE AUTH …           what the EHLO reply lists
 *          words KEY TEMPLATE          the software's words, as "words mail_ok 250 {address}... Sender ok"
 *          answer KIND SUBJECT -> 550 5.1.1 text     from now on; SUBJECT * is any; "-> 550": the usual
 * words;
 *                                      "-> later": until `do answer`
 *          show decisions              each decision as A: line; show message: its text as M: lines
 * Done:    do tls · do gone · do shut [421 text] · do answer 250 text */
#include "base/mem.h"
#include "proto/smtp_server.h"
#include "script_engines.h"

enum { ANSWERS_MAX = 50 };

struct planned_answer {
  struct span kind, subject, reply;
};

struct server_session {
  struct smtp_server *engine;
  struct smtp_server_config config;
  struct smtp_texts texts;
  struct planned_answer answers[ANSWERS_MAX];
  size_t answer_count;
  bool shows_decisions, shows_message;
};

static const struct {
  const char *name;
  size_t offset;
  bool number;
} keys[] = {
    {"size_max", offsetof(struct server_session, config.size_max), true},
    {"text_line_max", offsetof(struct server_session, config.text_line_max), true},
    {"command_line_max", offsetof(struct server_session, config.command_line_max), true},
    {"cuts_commands", offsetof(struct server_session, config.cuts_commands), false},
    {"recipients_max", offsetof(struct server_session, config.recipients_max), true},
    {"errors_max", offsetof(struct server_session, config.errors_max), true},
    {"esmtp", offsetof(struct server_session, config.esmtp), false},
    {"size", offsetof(struct server_session, config.offer_size), false},
    {"pipelining", offsetof(struct server_session, config.offer_pipelining), false},
    {"8bitmime", offsetof(struct server_session, config.offer_8bitmime), false},
    {"enhanced", offsetof(struct server_session, config.offer_enhanced_codes), false},
    {"vrfy", offsetof(struct server_session, config.offer_vrfy), false},
    {"expn", offsetof(struct server_session, config.offer_expn), false},
    {"help", offsetof(struct server_session, config.offer_help), false},
    {"dsn", offsetof(struct server_session, config.offer_dsn), false},
    {"etrn", offsetof(struct server_session, config.offer_etrn), false},
    {"any_helo", offsetof(struct server_session, config.any_helo), false},
    {"mail_restarts", offsetof(struct server_session, config.mail_restarts), false},
    {"ignores_parameters", offsetof(struct server_session, config.ignores_parameters), false},
    {"starttls", offsetof(struct server_session, config.offer_starttls), false},
    {"auth", offsetof(struct server_session, config.offer_auth), false},
    {"tls_from_start", offsetof(struct server_session, config.tls_from_start), false},
    {"auth_needs_tls", offsetof(struct server_session, config.auth_needs_tls), false},
    {"require_auth", offsetof(struct server_session, config.require_auth), false},
    {"require_helo", offsetof(struct server_session, config.require_helo), false},
};

/* ---- life ---- */

static void *open_dialect(enum smtp_dialect dialect) {
  struct server_session *session = mem_zalloc(sizeof *session);
  session->config = (struct smtp_server_config){
      .host_name = SPAN("mx.example"),
      .dialect = dialect,
      .texts = &session->texts,
      .size_max = 10000,
      .esmtp = true,
      .offer_size = true,
      .offer_pipelining = true,
      .offer_8bitmime = true,
      .offer_enhanced_codes = true,
      .offer_vrfy = true,
      .offer_expn = true,
      .offer_help = true,
      .require_helo = true,
  };
  return session;
}

static void *open_smtp(void) {
  return open_dialect(SMTP_DIALECT_SMTP);
}

static void *open_lmtp(void) {
  return open_dialect(SMTP_DIALECT_LMTP);
}

static void close_session(void *context) {
  struct server_session *session = context;
  smtp_server_free(session->engine);
  mem_free(session);
}

/* Set-up lines come before the first byte, so the engine is made when it is first needed. */
static struct smtp_server *engine_of(struct server_session *session) {
  if (!session->engine) session->engine = smtp_server_new(&session->config);
  return session->engine;
}

/* ---- set-up ---- */

static bool set_number(struct server_session *session, size_t i, struct span value) {
  uint64_t number;
  bool wide = keys[i].offset == offsetof(struct server_session, config.size_max);
  if (!span_to_u64(value, wide ? UINT64_MAX : UINT32_MAX, &number)) return false;
  uint32_t small = (uint32_t)number;
  memcpy((char *)session + keys[i].offset, wide ? (void *)&number : (void *)&small, wide ? 8 : 4);
  return true;
}

static bool set_bare(struct server_session *session, struct span value) {
  static const char *const names[] = {"refuse", "normalise", "hang_up", "keep"};
  for (unsigned i = 0; i < 4; i++) {
    if (!span_equal(value, span_from(names[i]))) continue;
    session->config.bare_newlines = (enum smtp_bare_newlines)i;
    return true;
  }
  return false;
}

static bool set_bare_names(struct server_session *session, struct span value) {
  static const char *const names[] = {"refused", "receive", "send"};
  for (unsigned i = 0; i < 3; i++) {
    if (!span_equal(value, span_from(names[i]))) continue;
    session->config.bare_names = (enum smtp_bare_names)i;
    return true;
  }
  return false;
}

/* "data rset quit" */
static bool set_ignored(struct server_session *session, struct span rest) {
  static const char *const names[] = {"data", "rset", "quit"};
  struct span name;
  while (span_next(&rest, ' ', &name))
    for (unsigned i = 0; i < 3; i++)
      if (span_equal(name, span_from(names[i]))) session->config.ignores_arguments |= (uint8_t)(1u << i);
  return session->config.ignores_arguments != 0;
}

static bool set_config(struct server_session *session, struct span rest) {
  struct span key;
  if (!span_next(&rest, ' ', &key)) return false;
  if (span_equal(key, SPAN("bare_newlines"))) return set_bare(session, rest);
  if (span_equal(key, SPAN("bare_names"))) return set_bare_names(session, rest);
  if (span_equal(key, SPAN("ignores_arguments"))) return set_ignored(session, rest);
  if (span_equal(key, SPAN("dialect")) && span_equal(rest, SPAN("submission"))) {
    session->config.dialect = SMTP_DIALECT_SUBMISSION;
    return true;
  }
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (!span_equal(key, span_from(keys[i].name))) continue;
    if (keys[i].number) return set_number(session, i, rest);
    bool on = span_equal(rest, SPAN("on"));
    memcpy((char *)session + keys[i].offset, &on, sizeof on);
    return on || span_equal(rest, SPAN("off"));
  }
  return false;
}

static bool set_order(struct server_session *session, struct span rest) {
  struct span keyword;
  for (size_t i = 0; i < SMTP_EXTENSION_COUNT && span_next(&rest, ' ', &keyword); i++) {
    session->config.offer_order[i] = (uint8_t)smtp_extension_named(keyword);
    if (!session->config.offer_order[i]) return false;
  }
  return !rest.data;
}

static bool set_words(struct server_session *session, struct span rest) {
  struct span key;
  if (!span_next(&rest, ' ', &key)) return false;
  enum smtp_text text = smtp_text_named(key);
  if (text == SMTP_TEXT_COUNT) return false;
  session->texts.text[text] = rest;
  return true;
}

/* "rcpt a@b -> 550 no": the newest counts. */
static bool set_answer(struct server_session *session, struct span rest) {
  struct planned_answer *answer = &session->answers[session->answer_count];
  size_t arrow = span_search(rest, SPAN(" -> "));
  if (arrow == SPAN_NONE || session->answer_count == ANSWERS_MAX) return false;
  answer->subject = span_first(rest, arrow);
  answer->reply = span_skip(rest, arrow + 4);
  session->answer_count++;
  return span_next(&answer->subject, ' ', &answer->kind) && answer->subject.data;
}

static bool set(void *context, struct span line) {
  struct server_session *session = context;
  struct span word;
  if (!span_next(&line, ' ', &word) || !line.data) return false;
  if (span_equal(word, SPAN("config"))) return set_config(session, line);
  if (span_equal(word, SPAN("order"))) return set_order(session, line);
  if (span_equal(word, SPAN("words"))) return set_words(session, line);
  if (span_equal(word, SPAN("answer"))) return set_answer(session, line);
  if (!span_equal(word, SPAN("show"))) return false;
  session->shows_decisions |= span_equal(line, SPAN("decisions"));
  session->shows_message |= span_equal(line, SPAN("message"));
  return true;
}

/* ---- decisions ---- */

static const char *const kind_names[] = {
    [SMTP_SERVER_DECIDE_CONNECT] = "connect", [SMTP_SERVER_DECIDE_HELO] = "helo",
    [SMTP_SERVER_DECIDE_AUTH] = "auth",       [SMTP_SERVER_DECIDE_MAIL] = "mail",
    [SMTP_SERVER_DECIDE_RCPT] = "rcpt",       [SMTP_SERVER_DECIDE_VRFY] = "vrfy",
    [SMTP_SERVER_DECIDE_EXPN] = "expn",       [SMTP_SERVER_DECIDE_DATA] = "data",
    [SMTP_SERVER_DECIDE_MESSAGE] = "message", [SMTP_SERVER_DECIDE_ETRN] = "etrn",
};

static struct span subject_of(const struct server_session *session,
                              const struct smtp_server_decision *decision) {
  if (decision->kind == SMTP_SERVER_DECIDE_MAIL || decision->kind == SMTP_SERVER_DECIDE_RCPT)
    return decision->path.text;
  if (decision->kind == SMTP_SERVER_DECIDE_AUTH) return decision->user;
  if (decision->kind == SMTP_SERVER_DECIDE_MESSAGE)
    return smtp_server_recipient(session->engine, decision->recipient);
  return decision->text;
}

/* What the client asks to be told: of the transaction, or of a recipient. */
static void log_requests(const struct smtp_server *engine, struct script_log *log) {
  const struct dsn_requests *requests = smtp_server_dsn_requests(engine);
  struct buf text = BUF_CAPPED(0);
  if (!requests) return;
  dsn_write_message_request(&requests->message, &text);
  script_log_did(log, "asks%.*s", SPAN_ARG(buf_span(&text)));
  for (uint32_t i = 0; i < smtp_server_recipient_count(engine); i++) {
    struct span recipient = smtp_server_recipient(engine, i);
    buf_clear(&text);
    dsn_write_recipient_request(&requests->recipients[i], false, &text);
    script_log_did(log, "asks of <%.*s>%.*s", SPAN_ARG(recipient), SPAN_ARG(buf_span(&text)));
  }
  buf_free(&text);
}

/* All that a program would know of the transaction. */
static void log_message(const struct server_session *session, const struct smtp_server_decision *decision,
                        struct script_log *log) {
  const struct smtp_server *engine = session->engine;
  struct buf text = BUF_CAPPED(0);
  struct span with = smtp_server_with(engine), helo = smtp_server_helo(engine);
  struct span path = smtp_server_reverse_path(engine);
  if (session->shows_decisions) {
    script_log_did(log, "message with %.*s from %.*s path <%.*s>", SPAN_ARG(with), SPAN_ARG(helo),
                   SPAN_ARG(path));
    for (uint32_t i = 0; i < smtp_server_recipient_count(engine); i++) {
      struct span recipient = smtp_server_recipient(engine, i);
      script_log_did(log, "%s recipient <%.*s>", i == decision->recipient ? "this" : "also",
                     SPAN_ARG(recipient));
    }
    log_requests(engine, log);
  }
  message_write(decision->message, &text);
  if (session->shows_message && decision->recipient == 0) script_log_said(log, 'M', buf_span(&text));
  buf_free(&text);
}

static void log_decision(const struct server_session *session, const struct smtp_server_decision *decision,
                         struct script_log *log) {
  const char *name = kind_names[decision->kind];
  struct span subject = subject_of(session, decision);
  switch ((unsigned)decision->kind) {
  case SMTP_SERVER_DECIDE_HELO:
    script_log_did(log, "%s %.*s%s", name, SPAN_ARG(subject), decision->extended ? " extended" : "");
    break;
  case SMTP_SERVER_DECIDE_AUTH:
    script_log_did(log, "%s %.*s user %.*s password %.*s", name, SPAN_ARG(decision->text), SPAN_ARG(subject),
                   SPAN_ARG(decision->password));
    break;
  case SMTP_SERVER_DECIDE_MAIL:
    script_log_did(log, "%s <%.*s>%s size %llu%s [%.*s]", name, SPAN_ARG(subject),
                   decision->path.is_null ? " null" : "", (unsigned long long)decision->size,
                   decision->body_8bit ? " 8bit" : "", SPAN_ARG(decision->parameters));
    break;
  case SMTP_SERVER_DECIDE_RCPT:
    script_log_did(log, "%s <%.*s> local %.*s domain %.*s route %.*s", name, SPAN_ARG(subject),
                   SPAN_ARG(decision->path.address.local_part), SPAN_ARG(decision->path.address.domain),
                   SPAN_ARG(decision->path.route));
    break;
  default: script_log_did(log, "%s %.*s", name, SPAN_ARG(subject));
  }
}

static void give_answer(struct server_session *session, struct span words) {
  struct smtp_reply reply;
  struct buf lines = BUF_CAPPED(0);
  smtp_reply_split(words, &reply);
  for (size_t i = 0; i < reply.text.len; i++) /* "|" separates lines */
    buf_add_char(&lines, reply.text.data[i] == '|' ? '\n' : reply.text.data[i]);
  reply.text = buf_span(&lines);
  smtp_server_answer(session->engine, &reply);
  buf_free(&lines);
}

static void decide(struct server_session *session, const struct smtp_server_decision *decision,
                   struct script_log *log) {
  struct span words = SPAN_EMPTY, subject = subject_of(session, decision);
  if (decision->kind == SMTP_SERVER_DECIDE_MESSAGE)
    log_message(session, decision, log);
  else if (session->shows_decisions)
    log_decision(session, decision, log);
  for (size_t i = session->answer_count; i-- > 0;) {
    const struct planned_answer *answer = &session->answers[i];
    if (!span_equal(answer->kind, span_from(kind_names[decision->kind]))) continue;
    if (!span_equal(answer->subject, SPAN("*")) && !span_equal(answer->subject, subject)) continue;
    words = answer->reply;
    break;
  }
  if (!span_equal(words, SPAN("later"))) give_answer(session, words);
}

/* ---- running ---- */

static bool order(void *context, struct span what) {
  struct server_session *session = context;
  struct span word;
  struct smtp_reply reply;
  span_next(&what, ' ', &word);
  engine_of(session);
  if (span_equal(word, SPAN("tls")))
    smtp_server_tls_started(session->engine);
  else if (span_equal(word, SPAN("gone")))
    smtp_server_gone(session->engine);
  else if (span_equal(word, SPAN("answer")))
    give_answer(session, what.data ? what : SPAN_EMPTY);
  else if (span_equal(word, SPAN("shut")))
    smtp_server_shut(session->engine, what.data && smtp_reply_split(what, &reply) ? &reply : NULL);
  else
    return false;
  return true;
}

static size_t feed(void *context, struct span bytes) {
  return smtp_server_feed(engine_of(context), bytes);
}

static bool act(void *context, struct script_log *log) {
  struct server_session *session = context;
  struct smtp_server_action action;
  switch (smtp_server_next(engine_of(session), &action)) {
  case SMTP_SERVER_WAIT: return false;
  case SMTP_SERVER_REPLY: script_log_said(log, 'S', action.bytes); return true;
  case SMTP_SERVER_START_TLS: script_log_did(log, "start_tls"); return true;
  case SMTP_SERVER_CLOSE: script_log_did(log, "close"); return true;
  case SMTP_SERVER_DECIDE_CONNECT:
  case SMTP_SERVER_DECIDE_HELO:
  case SMTP_SERVER_DECIDE_AUTH:
  case SMTP_SERVER_DECIDE_MAIL:
  case SMTP_SERVER_DECIDE_RCPT:
  case SMTP_SERVER_DECIDE_VRFY:
  case SMTP_SERVER_DECIDE_EXPN:
  case SMTP_SERVER_DECIDE_ETRN:
  case SMTP_SERVER_DECIDE_DATA:
  case SMTP_SERVER_DECIDE_MESSAGE: decide(session, action.decision, log); return true;
  }
  return false;
}

const struct script_engine script_smtp_server = {.name = "smtp_server",
                                                 .hears = 'C',
                                                 .says = 'S',
                                                 .open = open_smtp,
                                                 .close = close_session,
                                                 .set = set,
                                                 .order = order,
                                                 .feed = feed,
                                                 .act = act};
const struct script_engine script_lmtp_server = {.name = "lmtp_server",
                                                 .hears = 'C',
                                                 .says = 'S',
                                                 .open = open_lmtp,
                                                 .close = close_session,
                                                 .set = set,
                                                 .order = order,
                                                 .feed = feed,
                                                 .act = act};
