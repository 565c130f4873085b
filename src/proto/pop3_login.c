/* Logging in (RFC 1939 7, RFC 2595 4, RFC 5034): USER and PASS, APOP, AUTH PLAIN, STLS. */
#include "base/base64.h"
#include "base/digest.h"
#include "proto/pop3_session.h"

static void keep(struct buf *buf, struct span text) {
  buf_clear(buf);
  buf_add(buf, text);
}

static bool may_send_password(struct pop3_server *server) {
  if (server->tls_on || !server->config->auth_needs_tls) return true;
  pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_NEED_TLS, NULL);
  return false;
}

void pop3_do_user(struct pop3_server *server, const struct pop3_request *request) {
  if (!may_send_password(server)) return;
  keep(&server->user, request->args[0]);
  server->has_user = true;
  if (server->config->asks_about_user)
    pop3_ask(server, POP3_SERVER_DECIDE_USER);
  else
    pop3_ok(server, POP3_TEXT_USER_OK, NULL);
}

/* Spaces are the password's own (RFC 1939 7, PASS). */
void pop3_do_pass(struct pop3_server *server, const struct pop3_request *request) {
  if (!may_send_password(server)) return;
  if (!server->has_user) {
    pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_NEED_USER, NULL);
    return;
  }
  keep(&server->secret, request->rest);
  pop3_ask(server, POP3_SERVER_DECIDE_LOGIN);
}

void pop3_do_apop(struct pop3_server *server, const struct pop3_request *request) {
  keep(&server->user, request->args[0]);
  keep(&server->secret, request->args[1]);
  pop3_ask(server, POP3_SERVER_DECIDE_APOP);
}

void pop3_do_stls(struct pop3_server *server, const struct pop3_request *request) {
  (void)request;
  if (server->tls_on) {
    pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_TLS_ALREADY, NULL);
    return;
  }
  pop3_ok(server, POP3_TEXT_STLS_GO, NULL);
  server->tls_wanted = true;
  server->then = POP3_SERVER_START_TLS;
}

/* ---- AUTH PLAIN (RFC 4616): [authorization identity] NUL user NUL password ---- */

static bool split_plain(struct span response, struct span *user_out, struct span *password_out) {
  struct span rest = response, identity;
  if (!span_next(&rest, 0, &identity) || !span_next(&rest, 0, user_out) || !rest.data) return false;
  *password_out = rest;
  bool as_oneself = identity.len == 0 || span_equal(identity, *user_out);
  return as_oneself && user_out->len > 0 && rest.len > 0 && span_find(rest, 0) == SPAN_NONE;
}

static void take_plain(struct pop3_server *server, struct span encoded) {
  struct buf *response = &server->secret;
  struct span user, password;
  buf_clear(response);
  bool good = base64_decode(encoded, response) && split_plain(buf_span(response), &user, &password);
  if (!good) {
    pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_AUTH_MALFORMED, NULL);
    return;
  }
  keep(&server->user, user);
  buf_drop_front(response, (size_t)(password.data - response->data));
  pop3_ask(server, POP3_SERVER_DECIDE_LOGIN);
}

void pop3_do_auth(struct pop3_server *server, const struct pop3_request *request) {
  if (!may_send_password(server)) return;
  if (!span_equal_nocase(request->args[0], SPAN("PLAIN"))) {
    pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_AUTH_MECHANISM, NULL);
  } else if (request->count == 2) {
    take_plain(server, request->args[1]);
  } else {
    buf_clear(&server->out);
    buf_add_text(&server->out, "+ \r\n"); /* an empty challenge */
    server->reply_ready = true;
    server->in_sasl = true;
    buf_set_cap(&server->reader.partial, POP3_SASL_LINE_MAX);
  }
}

void pop3_take_sasl(struct pop3_server *server, struct span line) {
  server->in_sasl = false;
  buf_set_cap(&server->reader.partial, POP3_LINE_MAX);
  if (span_equal(line, SPAN("*")))
    pop3_mistake(server, SPAN_EMPTY, POP3_TEXT_AUTH_CANCELLED, NULL);
  else
    take_plain(server, line);
}

/* ---- Comparing ---- */

/* In a time that does not tell where they differ. */
static bool equal_in_constant_time(struct span a, struct span b) {
  if (a.len != b.len) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.len; i++) difference |= (unsigned char)a.data[i] ^ (unsigned char)b.data[i];
  return difference == 0;
}

bool pop3_secret_fits(struct pop3_server *server, struct span secret) {
  struct span shown = buf_span(&server->secret);
  if (secret.len == 0) return false;
  if (server->decision == POP3_SERVER_DECIDE_LOGIN) return equal_in_constant_time(shown, secret);
  char digest[DIGEST_HEX_MAX];
  buf_clear(&server->out); /* nothing is to be sent while a decision is open: room to join the two */
  buf_add(&server->out, pop3_timestamp(server));
  buf_add(&server->out, secret);
  digest_md5_hex(buf_span(&server->out), digest);
  return equal_in_constant_time(shown, span_from(digest));
}
