/* AUTH (RFC 4954): PLAIN (RFC 4616) and LOGIN, which no RFC describes but every old client speaks.
 *
 *     AUTH PLAIN ─▶ [334 ─▶ response] ─▶ decide        AUTH LOGIN ─▶ 334 ─▶ user ─▶ 334 ─▶ password ─▶ decide
 *
 * What is decoded lies where held lines lie: the user first, then the password. */
#include "base/base64.h"
#include "proto/smtp_server_internal.h"

static void fail(struct smtp_server *server, enum smtp_text text) {
  server->auth = AUTH_NONE;
  smtp_server_release_held(server);
  smtp_server_complain(server, text);
}

static void prompt(struct smtp_server *server, enum auth_step step, struct span line) {
  server->auth = step;
  buf_add(&server->out, line);
}

/* Adds the decoded response to the held bytes and gives it. "=" stands for an empty one (RFC 4954 4). */
static bool decode(struct smtp_server *server, struct span response, struct span *decoded_out) {
  size_t before = server->texts.len;
  if (!span_equal(response, SPAN("=")) && !base64_decode(response, &server->texts)) return false;
  *decoded_out = span_skip(buf_span(&server->texts), before);
  return true;
}

static void decide(struct smtp_server *server, struct span mechanism, struct span user,
                   struct span password) {
  server->auth = AUTH_NONE;
  server->decision = (struct smtp_server_decision){.text = mechanism, .user = user, .password = password};
  smtp_server_decide(server, SMTP_SERVER_DECIDE_AUTH);
}

/* "[authzid] NUL user NUL password" (RFC 4616 2). To act for somebody else is not offered. */
static void read_plain(struct smtp_server *server, struct span response) {
  struct span message, identity, user, password;
  if (!decode(server, response, &message)) {
    fail(server, SMTP_TEXT_AUTH_BASE64);
    return;
  }
  bool whole = span_next(&message, '\0', &identity) && span_next(&message, '\0', &user) &&
               span_next(&message, '\0', &password) && !message.data;
  if (!whole || user.len == 0)
    fail(server, SMTP_TEXT_SYNTAX);
  else if (identity.len && !span_equal(identity, user))
    fail(server, SMTP_TEXT_AUTH_FAILED);
  else
    decide(server, SPAN("PLAIN"), user, password);
}

static void read_login_user(struct smtp_server *server, struct span response) {
  struct span user;
  if (!decode(server, response, &user))
    fail(server, SMTP_TEXT_AUTH_BASE64);
  else if (user.len == 0)
    fail(server, SMTP_TEXT_SYNTAX);
  else
    prompt(server, AUTH_LOGIN_PASSWORD, SPAN("334 UGFzc3dvcmQ6\r\n"));
}

static void read_login_password(struct smtp_server *server, struct span response) {
  struct span password;
  if (!decode(server, response, &password)) {
    fail(server, SMTP_TEXT_AUTH_BASE64);
    return;
  }
  struct span both = span_skip(buf_span(&server->texts), server->kept_len);
  decide(server, SPAN("LOGIN"), span_first(both, both.len - password.len), password);
}

void smtp_server_auth(struct smtp_server *server, struct span argument) {
  size_t space = span_find(argument, ' ');
  struct span mechanism = span_first(argument, space), initial = smtp_server_trim(span_skip(argument, space));
  bool plain = span_equal_nocase(mechanism, SPAN("PLAIN"));
  smtp_server_hold(server, SPAN_EMPTY);
  if (!server->extended)
    fail(server, SMTP_TEXT_BAD_SEQUENCE);
  else if (server->user.len)
    fail(server, SMTP_TEXT_AUTH_TWICE);
  else if (server->config->auth_needs_tls && !server->tls)
    fail(server, SMTP_TEXT_NEED_TLS);
  else if (mechanism.len == 0)
    fail(server, SMTP_TEXT_SYNTAX);
  else if (!plain && !span_equal_nocase(mechanism, SPAN("LOGIN")))
    fail(server, SMTP_TEXT_AUTH_MECHANISM);
  else if (initial.len)
    (plain ? read_plain : read_login_user)(server, initial);
  else if (plain)
    prompt(server, AUTH_PLAIN, SPAN("334 \r\n"));
  else
    prompt(server, AUTH_LOGIN_USER, SPAN("334 VXNlcm5hbWU6\r\n"));
}

void smtp_server_auth_line(struct smtp_server *server, struct span line) {
  server->verb = SPAN("AUTH");
  line = smtp_server_trim(line);
  if (span_equal(line, SPAN("*"))) {
    fail(server, SMTP_TEXT_AUTH_CANCELLED);
    return;
  }
  switch (server->auth) {
  case AUTH_PLAIN: read_plain(server, line); break;
  case AUTH_LOGIN_USER: read_login_user(server, line); break;
  case AUTH_LOGIN_PASSWORD: read_login_password(server, line); break;
  case AUTH_NONE: break;
  }
}
