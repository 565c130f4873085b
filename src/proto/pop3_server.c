#include "proto/pop3_server.h"

#include "base/check.h"
#include "base/mem.h"
#include "proto/pop3_session.h"

struct pop3_server *pop3_server_new(const struct pop3_server_config *config, struct span apop_timestamp) {
  CHECK(apop_timestamp.len <= POP3_TIMESTAMP_MAX);
  CHECK(apop_timestamp.len == 0 ||
        (span_starts_with(apop_timestamp, SPAN("<")) && span_ends_with(apop_timestamp, SPAN(">"))));
  struct pop3_server *server = mem_zalloc(sizeof *server + apop_timestamp.len);
  server->config = config;
  server->tls_on = config->tls_from_start;
  server->reader = line_reader_new(POP3_LINE_MAX);
  server->timestamp_len = apop_timestamp.len;
  if (apop_timestamp.len) memcpy(server->timestamp, apop_timestamp.data, apop_timestamp.len);
  pop3_ask(server, POP3_SERVER_DECIDE_CONNECT);
  return server;
}

void pop3_server_free(struct pop3_server *server) {
  if (!server) return;
  message_release(server->message);
  line_reader_free(&server->reader);
  buf_free(&server->out);
  buf_free(&server->user);
  buf_free(&server->secret);
  mem_free(server->deleted);
  mem_free(server);
}

/* The one door for the state. */
void pop3_enter(struct pop3_server *server, enum pop3_server_state state) {
  CHECK(server->state != POP3_SERVER_CLOSED);
  server->state = state;
  if (state == POP3_SERVER_CLOSED) server->then = POP3_SERVER_CLOSE;
}

void pop3_ask(struct pop3_server *server, enum pop3_server_action_kind decision) {
  CHECK(server->decision == POP3_SERVER_WAIT);
  server->decision = decision;
  server->decision_given = false;
}

/* ---- Bytes in ---- */

static bool is_busy(const struct pop3_server *server) {
  return server->reply_ready || server->message || server->then != POP3_SERVER_WAIT ||
         server->decision != POP3_SERVER_WAIT;
}

size_t pop3_server_feed(struct pop3_server *server, struct span bytes) {
  if (server->state == POP3_SERVER_CLOSED || server->tls_wanted) return bytes.len;
  if (is_busy(server)) return 0;
  struct span input = bytes, line;
  switch (line_reader_take(&server->reader, &input, &line)) {
  case LINE_NONE: break;
  case LINE_TOO_LONG:
    server->in_sasl = false;
    buf_set_cap(&server->reader.partial, POP3_LINE_MAX);
    pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_LINE_TOO_LONG, NULL);
    break;
  case LINE_CRLF:
  case LINE_BARE_LF: /* somebody types */
    if (server->in_sasl)
      pop3_take_sasl(server, line);
    else
      pop3_take_command(server, line);
  }
  return server->tls_wanted ? bytes.len : bytes.len - input.len;
}

/* ---- Actions out ---- */

static void give_decision(struct pop3_server *server, struct pop3_server_action *action) {
  server->decision_given = true;
  action->kind = server->decision;
  action->user = buf_span(&server->user);
  if (server->decision == POP3_SERVER_DECIDE_LOGIN) action->password = buf_span(&server->secret);
  if (server->decision == POP3_SERVER_DECIDE_APOP) action->digest = buf_span(&server->secret);
  action->number = server->number;
  action->top_only = server->top_only;
  action->top_lines = server->top_lines;
}

enum pop3_server_action_kind pop3_server_next(struct pop3_server *server,
                                              struct pop3_server_action *action_out) {
  *action_out = (struct pop3_server_action){.kind = POP3_SERVER_WAIT};
  if (server->message_given) {
    message_release(server->message);
    server->message = NULL;
    server->message_given = false;
  }
  if (server->reply_ready) {
    server->reply_ready = false;
    action_out->kind = POP3_SERVER_REPLY;
    action_out->bytes = buf_span(&server->out);
  } else if (server->message) {
    server->message_given = true;
    action_out->kind = POP3_SERVER_SEND_MESSAGE;
    action_out->message = server->message;
  } else if (server->then != POP3_SERVER_WAIT) {
    action_out->kind = server->then;
    server->then = POP3_SERVER_WAIT;
  } else if (server->decision != POP3_SERVER_WAIT && !server->decision_given) {
    give_decision(server, action_out);
  }
  return action_out->kind;
}

/* ---- Answers ---- */

/* The decision that is open, which the answer ends; WAIT if the session has ended meanwhile. */
static enum pop3_server_action_kind end_decision(struct pop3_server *server) {
  enum pop3_server_action_kind decision = server->decision;
  CHECK(decision != POP3_SERVER_WAIT || server->state == POP3_SERVER_CLOSED);
  server->decision = POP3_SERVER_WAIT;
  buf_clear(&server->secret); /* kept no longer than needed */
  return decision;
}

/* What a refusal is, unless the answer says it otherwise. */
struct refusal {
  struct span code;
  enum pop3_text text;
  bool is_mistake; /* counts among the errors */
};

static struct refusal usual_refusal(enum pop3_server_action_kind decision) {
  static const struct refusal refusals[] = {
      [POP3_SERVER_DECIDE_CONNECT] = {SPAN_INIT("SYS/TEMP"), POP3_TEXT_CONNECT_REFUSED, false},
      [POP3_SERVER_DECIDE_USER] = {SPAN_INIT("AUTH"), POP3_TEXT_USER_REFUSED, true},
      [POP3_SERVER_DECIDE_LOGIN] = {SPAN_INIT("AUTH"), POP3_TEXT_LOGIN_REFUSED, true},
      [POP3_SERVER_DECIDE_APOP] = {SPAN_INIT("AUTH"), POP3_TEXT_LOGIN_REFUSED, true},
      [POP3_SERVER_OPEN_MAILDROP] = {SPAN_INIT("SYS/TEMP"), POP3_TEXT_MAILDROP_FAILED, false},
      [POP3_SERVER_FETCH] = {SPAN_INIT("SYS/TEMP"), POP3_TEXT_FETCH_FAILED, false},
      [POP3_SERVER_UPDATE] = {SPAN_INIT("SYS/TEMP"), POP3_TEXT_UPDATE_FAILED, false},
  };
  return refusals[decision];
}

/* Words that go with a code, wherever it comes. */
static void fit_text_to_code(struct refusal *refusal) {
  if (span_equal(refusal->code, SPAN("IN-USE"))) refusal->text = POP3_TEXT_MAILDROP_IN_USE;
  if (span_equal(refusal->code, SPAN("LOGIN-DELAY"))) refusal->text = POP3_TEXT_LOGIN_DELAY;
}

static void refuse(struct pop3_server *server, enum pop3_server_action_kind decision,
                   const struct pop3_answer *answer) {
  struct refusal refusal = usual_refusal(decision);
  if (answer->code.len) refusal.code = answer->code;
  fit_text_to_code(&refusal);
  if (decision != POP3_SERVER_FETCH) server->has_user = false;
  if (refusal.is_mistake)
    pop3_mistake(server, refusal.code, refusal.text, NULL);
  else
    pop3_err(server, refusal.code, refusal.text, NULL);
  if (answer->text.len && server->state != POP3_SERVER_CLOSED) {
    pop3_say(server, false, refusal.code, answer->text);
  }
  bool is_end = decision == POP3_SERVER_DECIDE_CONNECT || decision == POP3_SERVER_UPDATE;
  if (is_end) pop3_enter(server, POP3_SERVER_CLOSED);
}

static void accept(struct pop3_server *server, enum pop3_server_action_kind decision, struct span words) {
  if (decision == POP3_SERVER_DECIDE_CONNECT) {
    pop3_enter(server, POP3_SERVER_AUTHORIZATION);
    pop3_greet(server, words);
  } else if (decision == POP3_SERVER_DECIDE_LOGIN || decision == POP3_SERVER_DECIDE_APOP) {
    pop3_ask(server, POP3_SERVER_OPEN_MAILDROP);
  } else {
    CHECK(decision == POP3_SERVER_DECIDE_USER || decision == POP3_SERVER_UPDATE);
    bool is_end = decision == POP3_SERVER_UPDATE;
    if (words.len)
      pop3_say(server, true, SPAN_EMPTY, words);
    else
      pop3_ok(server, is_end ? POP3_TEXT_QUIT_UPDATED : POP3_TEXT_USER_OK, NULL);
    if (is_end) pop3_enter(server, POP3_SERVER_CLOSED);
  }
}

void pop3_server_answer(struct pop3_server *server, const struct pop3_answer *answer) {
  enum pop3_server_action_kind decision = end_decision(server);
  if (decision == POP3_SERVER_WAIT) return;
  if (answer->ok)
    accept(server, decision, answer->text);
  else
    refuse(server, decision, answer);
}

void pop3_server_answer_secret(struct pop3_server *server, struct span secret) {
  if (server->state == POP3_SERVER_CLOSED) return;
  CHECK(server->decision == POP3_SERVER_DECIDE_LOGIN || server->decision == POP3_SERVER_DECIDE_APOP);
  struct pop3_answer answer = {.ok = pop3_secret_fits(server, secret)};
  pop3_server_answer(server, &answer);
}

static bool is_unique_id(struct span text) {
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] < '!' || text.data[i] > '~') return false;
  }
  return text.len >= 1 && text.len <= POP3_UNIQUE_ID_MAX;
}

void pop3_server_answer_maildrop(struct pop3_server *server, const struct pop3_maildrop *maildrop) {
  if (end_decision(server) == POP3_SERVER_WAIT) return;
  CHECK(maildrop->count <= POP3_MESSAGES_MAX);
  server->maildrop = *maildrop;
  for (uint32_t i = 0; i < maildrop->count; i++) {
    CHECK(!server->config->offer_uidl || is_unique_id(maildrop->entries[i].unique_id));
    server->size += maildrop->entries[i].size;
  }
  pop3_enter(server, POP3_SERVER_TRANSACTION);
  pop3_ok(server, POP3_TEXT_LOGIN_OK, NULL);
}

void pop3_server_answer_message(struct pop3_server *server, struct message *message) {
  if (end_decision(server) == POP3_SERVER_WAIT) return;
  struct pop3_about about = {
      .number = server->number, .is_one = true, .size = server->maildrop.entries[server->number - 1].size};
  pop3_ok(server, server->top_only ? POP3_TEXT_TOP : POP3_TEXT_RETR, &about);
  if (server->top_only)
    pop3_add_top(server, message, server->top_lines);
  else
    server->message = message_retain(message);
}

/* ---- What happens to the session ---- */

/* All that was known of the client was known without protection (RFC 2595 4). */
void pop3_server_tls_started(struct pop3_server *server) {
  CHECK(server->tls_wanted);
  server->tls_wanted = false;
  server->tls_on = true;
  server->has_user = false;
  buf_clear(&server->user);
}

static void end_session(struct pop3_server *server) {
  server->decision = POP3_SERVER_WAIT;
  server->reply_ready = false;
  server->then = POP3_SERVER_WAIT;
  if (!server->message_given) message_release(server->message);
  if (!server->message_given) server->message = NULL;
  pop3_enter(server, POP3_SERVER_CLOSED);
}

void pop3_server_gone(struct pop3_server *server) {
  if (server->state != POP3_SERVER_CLOSED) end_session(server);
}

void pop3_server_shut(struct pop3_server *server, const struct pop3_answer *answer) {
  if (server->state == POP3_SERVER_CLOSED) return;
  end_session(server);
  if (!answer) return;
  if (answer->text.len)
    pop3_say(server, false, answer->code, answer->text);
  else
    pop3_err(server, answer->code, POP3_TEXT_SHUTTING_DOWN, NULL);
}

/* ---- What is known ---- */

enum pop3_server_state pop3_server_state(const struct pop3_server *server) {
  return server->state;
}

struct span pop3_server_user(const struct pop3_server *server) {
  return buf_span(&server->user);
}

bool pop3_server_is_deleted(const struct pop3_server *server, uint32_t number) {
  CHECK(number > 0 && number <= server->maildrop.count);
  return server->deleted && (server->deleted[(number - 1) / 8] >> (number - 1) % 8 & 1);
}

uint32_t pop3_server_deleted_count(const struct pop3_server *server) {
  return server->deleted_count;
}
