/* The POP3 server as the script runner sees it. Its set-up lines:
 *
 *     config NAME VALUE            a member of struct pop3_server_config; bools are 0 or 1
 *     timestamp <…>                for APOP
 *     user NAME PASSWORD           who may log in; any number of them
 *     mail UNIQUE-ID LINE|LINE|…   a message of the maildrop, | for the end of a line
 *     logged_in                    the session begins in the TRANSACTION state, as the first user
 *     show decisions               every decision is noted, as "A: login jack secret"
 *     refuse WHAT CODE [TEXT]      connect user login open fetch update: from here on refused; CODE - is none
 *     hold WHAT                    that decision is answered only by `do answer`
 *     do answer, gone, shut [TEXT], tls_started
 *
 * What is noted without being asked for: "A: update 2 3" (what is to be removed), start_tls, close.
 */
#include <stddef.h>

#include "base/mem.h"
#include "proto/pop3_server.h"
#include "script_engines.h"

enum { USERS_MAX = 4, MAIL_MAX = 8 };

struct user {
  struct span name, password;
};

struct harness {
  struct arena arena;
  struct pop3_server_config config;
  struct span timestamp;
  struct user users[USERS_MAX];
  size_t user_count;
  struct pop3_maildrop_entry entries[MAIL_MAX];
  struct message *mail[MAIL_MAX];
  uint32_t mail_count;
  struct pop3_answer refusals[POP3_SERVER_UPDATE + 1];
  bool refused[POP3_SERVER_UPDATE + 1], held[POP3_SERVER_UPDATE + 1];
  bool shows_decisions, is_logged_in;
  struct pop3_server_action waiting; /* the decision that is held back */
  struct pop3_server *server;
};

static const char *const decision_names[] = {
    [POP3_SERVER_DECIDE_CONNECT] = "connect", [POP3_SERVER_DECIDE_USER] = "user",
    [POP3_SERVER_DECIDE_LOGIN] = "login",     [POP3_SERVER_DECIDE_APOP] = "apop",
    [POP3_SERVER_OPEN_MAILDROP] = "open",     [POP3_SERVER_FETCH] = "fetch",
    [POP3_SERVER_UPDATE] = "update",
};

static void *harness_open(void) {
  struct harness *harness = mem_zalloc(sizeof *harness);
  harness->config = (struct pop3_server_config){.host_name = SPAN("pop.example"),
                                                .offer_capa = true,
                                                .offer_user = true,
                                                .offer_top = true,
                                                .offer_uidl = true,
                                                .offer_pipelining = true,
                                                .offer_resp_codes = true};
  return harness;
}

static void harness_close(void *session) {
  struct harness *harness = session;
  pop3_server_free(harness->server);
  for (uint32_t i = 0; i < harness->mail_count; i++) message_release(harness->mail[i]);
  arena_free(&harness->arena);
  mem_free(harness);
}

/* ---- Answers ---- */

static struct span secret_of(const struct harness *harness, struct span name) {
  for (size_t i = 0; i < harness->user_count; i++) {
    if (span_equal(harness->users[i].name, name)) return harness->users[i].password;
  }
  return SPAN_EMPTY;
}

static bool knows_user(const struct harness *harness, struct span name) {
  return secret_of(harness, name).len > 0;
}

static void answer(struct harness *harness, const struct pop3_server_action *action) {
  struct pop3_server *server = harness->server;
  if (harness->refused[action->kind]) {
    pop3_server_answer(server, &harness->refusals[action->kind]);
  } else if (action->kind == POP3_SERVER_DECIDE_LOGIN || action->kind == POP3_SERVER_DECIDE_APOP) {
    pop3_server_answer_secret(server, secret_of(harness, action->user));
  } else if (action->kind == POP3_SERVER_OPEN_MAILDROP) {
    struct pop3_maildrop maildrop = {harness->entries, harness->mail_count};
    pop3_server_answer_maildrop(server, &maildrop);
  } else if (action->kind == POP3_SERVER_FETCH) {
    pop3_server_answer_message(server, harness->mail[action->number - 1]);
  } else {
    bool ok = action->kind != POP3_SERVER_DECIDE_USER || knows_user(harness, action->user);
    pop3_server_answer(server, &(struct pop3_answer){.ok = ok});
  }
}

static void note_decision(const struct harness *harness, const struct pop3_server_action *action,
                          struct script_log *log) {
  if (!harness->shows_decisions && action->kind != POP3_SERVER_UPDATE) return;
  struct buf text = {0};
  buf_add_text(&text, decision_names[action->kind]);
  if (action->kind == POP3_SERVER_FETCH) {
    buf_format(&text, " %u", action->number);
    if (action->top_only) buf_format(&text, " top %u", action->top_lines);
  } else if (action->kind == POP3_SERVER_UPDATE) {
    for (uint32_t n = 1; n <= harness->mail_count; n++) {
      if (pop3_server_is_deleted(harness->server, n)) buf_format(&text, " %u", n);
    }
  } else {
    struct span more[] = {action->user, action->password, action->digest};
    for (size_t i = 0; i < 3; i++) {
      if (more[i].len) buf_format(&text, " %.*s", SPAN_ARG(more[i]));
    }
  }
  script_log_did(log, "%.*s", SPAN_ARG(buf_span(&text)));
  buf_free(&text);
}

static bool next_action(struct harness *harness, struct script_log *log) {
  struct pop3_server_action action;
  struct buf wire = {0};
  switch (pop3_server_next(harness->server, &action)) {
  case POP3_SERVER_WAIT: return false;
  case POP3_SERVER_REPLY: script_log_said(log, 'S', action.bytes); return true;
  case POP3_SERVER_SEND_MESSAGE:
    message_write_wire(action.message, &wire);
    script_log_said(log, 'M', buf_span(&wire));
    buf_free(&wire);
    return true;
  case POP3_SERVER_START_TLS: script_log_did(log, "start_tls"); return true;
  case POP3_SERVER_CLOSE: script_log_did(log, "close"); return true;
  case POP3_SERVER_DECIDE_CONNECT:
  case POP3_SERVER_DECIDE_USER:
  case POP3_SERVER_DECIDE_LOGIN:
  case POP3_SERVER_DECIDE_APOP:
  case POP3_SERVER_OPEN_MAILDROP:
  case POP3_SERVER_FETCH:
  case POP3_SERVER_UPDATE: break;
  }
  note_decision(harness, &action, log);
  if (!harness->held[action.kind]) {
    answer(harness, &action);
    return true;
  }
  harness->waiting = action; /* the user's name is borrowed only until the next call */
  harness->waiting.user = arena_copy(&harness->arena, action.user);
  return true;
}

/* ---- The session ---- */

/* The greeting and the first user's login, without a line in the log. */
static void log_in(struct harness *harness) {
  struct script_log unseen = {0};
  const struct user *user = &harness->users[0];
  struct span lines[] = {arena_format(&harness->arena, "USER %.*s\r\n", SPAN_ARG(user->name)),
                         arena_format(&harness->arena, "PASS %.*s\r\n", SPAN_ARG(user->password))};
  for (size_t i = 0; i < 2; i++) {
    while (next_action(harness, &unseen)) continue;
    pop3_server_feed(harness->server, lines[i]);
  }
  while (next_action(harness, &unseen)) continue;
  buf_free(&unseen.partial);
  mem_free(unseen.lines);
  arena_free(&unseen.arena);
}

static struct pop3_server *server_of(struct harness *harness) {
  if (!harness->server) {
    harness->server = pop3_server_new(&harness->config, harness->timestamp);
    if (harness->is_logged_in) log_in(harness);
  }
  return harness->server;
}

static size_t harness_feed(void *session, struct span bytes) {
  return pop3_server_feed(server_of(session), bytes);
}

static bool harness_act(void *session, struct script_log *log) {
  struct harness *harness = session;
  server_of(harness);
  return next_action(harness, log);
}

static bool harness_order(void *session, struct span what) {
  struct harness *harness = session;
  struct pop3_server *server = server_of(harness);
  if (span_equal(what, SPAN("gone"))) {
    pop3_server_gone(server);
  } else if (span_equal(what, SPAN("shut"))) {
    pop3_server_shut(server, NULL);
  } else if (span_starts_with(what, SPAN("shut "))) {
    pop3_server_shut(server, &(struct pop3_answer){.code = SPAN("SYS/TEMP"), .text = span_skip(what, 5)});
  } else if (span_equal(what, SPAN("tls_started"))) {
    pop3_server_tls_started(server);
  } else if (span_equal(what, SPAN("answer"))) {
    answer(harness, &harness->waiting);
  } else {
    return false;
  }
  return true;
}

/* ---- Set-up ---- */

struct member {
  const char *name;
  size_t offset;
  enum { BOOL, NUMBER, TEXT } kind;
};
#define MEMBER(name, kind)                                                                                   \
  { #name, offsetof(struct pop3_server_config, name), kind }
static const struct member members[] = {
    MEMBER(host_name, TEXT),        MEMBER(implementation, TEXT),   MEMBER(errors_max, NUMBER),
    MEMBER(offer_capa, BOOL),       MEMBER(offer_user, BOOL),       MEMBER(offer_top, BOOL),
    MEMBER(offer_uidl, BOOL),       MEMBER(offer_pipelining, BOOL), MEMBER(offer_resp_codes, BOOL),
    MEMBER(offer_sasl_plain, BOOL), MEMBER(offer_stls, BOOL),       MEMBER(auth_needs_tls, BOOL),
    MEMBER(tls_from_start, BOOL),   MEMBER(asks_about_user, BOOL),  MEMBER(offer_expire, BOOL),
    MEMBER(expire_varies, BOOL),    MEMBER(expire_days, NUMBER),    MEMBER(login_delay_varies, BOOL),
    MEMBER(login_delay_s, NUMBER),
};

static bool set_member(struct harness *harness, struct span name, struct span value) {
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    if (!span_equal(name, span_from(members[i].name))) continue;
    char *at = (char *)&harness->config + members[i].offset;
    int64_t number = 0;
    if (members[i].kind == TEXT)
      memcpy(at, &value, sizeof value);
    else if (!span_to_i64(value, &number))
      return false;
    if (members[i].kind == BOOL) memcpy(at, &(bool){number != 0}, sizeof(bool));
    if (members[i].kind == NUMBER) memcpy(at, &(int32_t){(int32_t)number}, sizeof(int32_t));
    return true;
  }
  return false;
}

static bool add_user(struct harness *harness, struct span name, struct span password) {
  if (harness->user_count == USERS_MAX || password.len == 0) return false;
  harness->users[harness->user_count++] = (struct user){name, password};
  return true;
}

static bool add_mail(struct harness *harness, struct span unique_id, struct span text) {
  if (harness->mail_count == MAIL_MAX) return false;
  struct buf bytes = {0};
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] == '|')
      buf_add_text(&bytes, "\r\n");
    else
      buf_add_char(&bytes, text.data[i]);
  }
  struct message *message = message_from_bytes(buf_span(&bytes));
  buf_free(&bytes);
  harness->entries[harness->mail_count] = (struct pop3_maildrop_entry){message_size(message), unique_id};
  harness->mail[harness->mail_count++] = message;
  return true;
}

static size_t decision_named(struct span name) {
  size_t kind = POP3_SERVER_DECIDE_CONNECT;
  while (kind <= POP3_SERVER_UPDATE && !span_equal(name, span_from(decision_names[kind]))) kind++;
  return kind;
}

static bool refuse(struct harness *harness, struct span name, struct span rest) {
  size_t kind = decision_named(name);
  struct span code;
  if (kind > POP3_SERVER_UPDATE || !span_next(&rest, ' ', &code)) return false;
  harness->refused[kind] = true;
  harness->refusals[kind] = (struct pop3_answer){.code = span_equal(code, SPAN("-")) ? SPAN_EMPTY : code,
                                                 .text = rest.data ? rest : SPAN_EMPTY};
  return true;
}

static bool hold(struct harness *harness, struct span name) {
  size_t kind = decision_named(name);
  if (kind <= POP3_SERVER_UPDATE) harness->held[kind] = true;
  return kind <= POP3_SERVER_UPDATE;
}

static bool harness_set(void *session, struct span line) {
  struct harness *harness = session;
  struct span rest = line, word, name = SPAN_EMPTY;
  span_next(&rest, ' ', &word);
  if (rest.data) span_next(&rest, ' ', &name);
  struct span value = rest.data ? rest : SPAN_EMPTY;
  if (span_equal(word, SPAN("config"))) return set_member(harness, name, value);
  if (span_equal(word, SPAN("user"))) return add_user(harness, name, value);
  if (span_equal(word, SPAN("mail"))) return add_mail(harness, name, value);
  if (span_equal(word, SPAN("refuse"))) return refuse(harness, name, value);
  if (span_equal(word, SPAN("hold"))) return hold(harness, name);
  if (span_equal(word, SPAN("timestamp")))
    harness->timestamp = name;
  else if (span_equal(line, SPAN("logged_in")))
    harness->is_logged_in = true;
  else if (span_equal(line, SPAN("show decisions")))
    harness->shows_decisions = true;
  else
    return false;
  return true;
}

const struct script_engine script_pop3_server = {.name = "pop3_server",
                                                 .hears = 'C',
                                                 .says = 'S',
                                                 .open = harness_open,
                                                 .close = harness_close,
                                                 .set = harness_set,
                                                 .order = harness_order,
                                                 .feed = harness_feed,
                                                 .act = harness_act};
