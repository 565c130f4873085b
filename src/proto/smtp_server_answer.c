/* What the answer to a decision does: says the reply, and goes on or not. */
#include "base/check.h"
#include "proto/smtp_server_internal.h"

static bool is_yes(const struct smtp_reply *reply) {
  return reply->code < 400;
}

/* The software's words for a yes and for the two kinds of no, where the caller has none of its own. */
struct usual_words {
  enum smtp_text yes, no;
};

static const struct usual_words usual_words[] = {
    [SMTP_SERVER_DECIDE_CONNECT] = {SMTP_TEXT_BANNER, SMTP_TEXT_REFUSED},
    [SMTP_SERVER_DECIDE_HELO] = {SMTP_TEXT_HELO, SMTP_TEXT_REFUSED},
    [SMTP_SERVER_DECIDE_AUTH] = {SMTP_TEXT_AUTH_OK, SMTP_TEXT_AUTH_FAILED},
    [SMTP_SERVER_DECIDE_MAIL] = {SMTP_TEXT_MAIL_OK, SMTP_TEXT_REFUSED},
    [SMTP_SERVER_DECIDE_RCPT] = {SMTP_TEXT_RCPT_OK, SMTP_TEXT_RCPT_UNKNOWN},
    [SMTP_SERVER_DECIDE_VRFY] = {SMTP_TEXT_VRFY_OK, SMTP_TEXT_VRFY_UNKNOWN},
    [SMTP_SERVER_DECIDE_EXPN] = {SMTP_TEXT_EXPN_OK, SMTP_TEXT_EXPN_UNKNOWN},
    [SMTP_SERVER_DECIDE_ETRN] = {SMTP_TEXT_ETRN_STARTED, SMTP_TEXT_ETRN_REFUSED},
    [SMTP_SERVER_DECIDE_DATA] = {SMTP_TEXT_DATA_START, SMTP_TEXT_REFUSED},
    [SMTP_SERVER_DECIDE_MESSAGE] = {SMTP_TEXT_MESSAGE_OK, SMTP_TEXT_REFUSED},
};

static enum smtp_text words_of(enum smtp_server_action_kind kind, const struct smtp_reply *reply) {
  if (is_yes(reply)) return usual_words[kind].yes;
  if (reply->code == 421) return SMTP_TEXT_SHUTTING_DOWN;
  return reply->code < 500 ? SMTP_TEXT_TRY_LATER : usual_words[kind].no;
}

static void answer_connect(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text words) {
  smtp_server_say_answer(server, reply, words, false);
  server->refused = !is_yes(reply);
  smtp_server_be_idle(server);
}

/* A refused greeting leaves the session as it was (RFC 5321 4.1.4). */
static void answer_helo(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text words) {
  if (!is_yes(reply)) {
    smtp_server_say_answer(server, reply, words, false);
    smtp_server_release_held(server);
    return;
  }
  struct span name = server->decision.text;
  server->extended = server->decision.extended;
  server->greeted = true;
  memmove(server->texts.data, name.data, name.len);
  server->helo_len = name.len;
  smtp_server_end_transaction(server);
  smtp_server_say_hello(server, reply, server->extended ? SMTP_TEXT_EHLO : words);
}

static void answer_auth(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text words) {
  if (is_yes(reply)) {
    buf_clear(&server->user);
    buf_add(&server->user, server->decision.user);
  }
  smtp_server_say_answer(server, reply, words, true);
  smtp_server_release_held(server);
}

static void answer_mail(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text words) {
  smtp_server_say_answer(server, reply, words, true);
  if (!is_yes(reply)) {
    smtp_server_release_held(server);
    return;
  }
  smtp_server_keep_reverse_path(server);
  smtp_server_enter(server, SMTP_SERVER_MAIL);
}

static void answer_rcpt(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text words) {
  smtp_server_say_answer(server, reply, words, true);
  if (!is_yes(reply)) {
    server->rcpt_refused = true;
    smtp_server_release_held(server);
    return;
  }
  smtp_server_keep_recipient(server);
  smtp_server_enter(server, SMTP_SERVER_RCPT);
}

static void answer_question(struct smtp_server *server, const struct smtp_reply *reply,
                            enum smtp_text words) {
  smtp_server_say_answer(server, reply, words, true);
  smtp_server_release_held(server);
}

static void answer_data(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text words) {
  struct smtp_reply said = *reply;
  if (is_yes(reply)) said.code = 354;
  smtp_server_say_answer(server, &said, words, true);
  if (is_yes(reply)) smtp_server_begin_text(server);
}

/* LMTP asks again for the next recipient (RFC 2033 4.2). */
static void answer_message(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text words) {
  smtp_server_say_answer(server, reply, words, true);
  bool lmtp = server->config->dialect == SMTP_DIALECT_LMTP;
  if (!lmtp || server->decision.recipient + 1 == server->recipient_count) {
    smtp_server_end_transaction(server);
    return;
  }
  server->decision.recipient++;
  smtp_server_decide(server, SMTP_SERVER_DECIDE_MESSAGE);
}

typedef void answer_fn(struct smtp_server *server, const struct smtp_reply *reply, enum smtp_text words);

static answer_fn *const answers[] = {
    [SMTP_SERVER_DECIDE_CONNECT] = answer_connect, [SMTP_SERVER_DECIDE_HELO] = answer_helo,
    [SMTP_SERVER_DECIDE_AUTH] = answer_auth,       [SMTP_SERVER_DECIDE_MAIL] = answer_mail,
    [SMTP_SERVER_DECIDE_RCPT] = answer_rcpt,       [SMTP_SERVER_DECIDE_VRFY] = answer_question,
    [SMTP_SERVER_DECIDE_EXPN] = answer_question,   [SMTP_SERVER_DECIDE_ETRN] = answer_question,
    [SMTP_SERVER_DECIDE_DATA] = answer_data,       [SMTP_SERVER_DECIDE_MESSAGE] = answer_message,
};

void smtp_server_answer(struct smtp_server *server, const struct smtp_reply *reply) {
  if (server->state == SMTP_SERVER_CLOSED) return;
  CHECK(server->deciding);
  enum smtp_server_action_kind kind = server->due;
  server->deciding = false;
  server->due = SMTP_SERVER_WAIT;
  answers[kind](server, reply, words_of(kind, reply));
  if (reply->code == 421 || reply->code == 521) smtp_server_close(server);
}
