/* Logging in (RFC 9051 6.2, RFC 4616, RFC 4959): LOGIN, AUTHENTICATE PLAIN, STARTTLS. */
#include "base/base64.h"
#include "proto/imap_session.h"

static void keep(struct buf *buf, struct span text) {
  buf_clear(buf);
  buf_add(buf, text);
}

static bool may_send_password(struct imap_server *server) {
  if (server->tls_on || !server->config->auth_needs_tls) return true;
  imap_no(server, "PRIVACYREQUIRED", "No password may be sent here before STARTTLS");
  return false;
}

bool imap_do_login(struct imap_server *server, struct imap_scan *scan) {
  struct span user, password;
  if (!imap_scan_space(scan) || !imap_scan_astring(scan, &user) || !imap_scan_space(scan) ||
      !imap_scan_astring(scan, &password) || !imap_scan_is_end(scan))
    return false;
  if (!may_send_password(server)) return true;
  keep(&server->user, user);
  keep(&server->secret, password);
  imap_ask(server, IMAP_SERVER_DECIDE_LOGIN);
  return true;
}

bool imap_do_starttls(struct imap_server *server, struct imap_scan *scan) {
  if (!imap_scan_is_end(scan)) return false;
  if (!server->config->offer_starttls) {
    imap_bad(server, "No such command");
    return true;
  }
  if (server->tls_on) {
    imap_bad(server, "TLS is on already");
    return true;
  }
  imap_ok(server, "Start TLS now");
  server->tls_wanted = true;
  server->then = IMAP_SERVER_START_TLS;
  return true;
}

/* ---- AUTHENTICATE PLAIN: [authorization identity] NUL user NUL password ---- */

static bool split_plain(struct span response, struct span *user_out, struct span *password_out) {
  struct span rest = response, identity;
  if (!span_next(&rest, 0, &identity) || !span_next(&rest, 0, user_out) || !rest.data) return false;
  *password_out = rest;
  bool as_oneself = identity.len == 0 || span_equal(identity, *user_out);
  return as_oneself && user_out->len > 0 && rest.len > 0 && span_find(rest, 0) == SPAN_NONE;
}

static void take_plain(struct imap_server *server, struct span encoded) {
  struct buf *response = &server->secret;
  struct span user, password;
  buf_clear(response);
  bool good = base64_decode(encoded, response) && split_plain(buf_span(response), &user, &password);
  if (!good) {
    imap_bad(server, "That is not a response of this mechanism");
    return;
  }
  keep(&server->user, user);
  buf_drop_front(response, (size_t)(password.data - response->data));
  imap_ask(server, IMAP_SERVER_DECIDE_LOGIN);
}

bool imap_do_authenticate(struct imap_server *server, struct imap_scan *scan) {
  struct span mechanism;
  if (!imap_scan_space(scan) || !imap_scan_atom(scan, &mechanism)) return false;
  struct span initial = span_skip(scan->rest, 1);
  if (!imap_scan_is_end(scan) && (!imap_scan_space(scan) || initial.len == 0)) return false;
  if (!may_send_password(server)) return true;
  if (!span_equal_nocase(mechanism, SPAN("PLAIN")) || !server->config->offer_sasl_plain) {
    imap_no(server, "", "That mechanism is not offered here");
  } else if (initial.len) {
    take_plain(server, initial);
  } else {
    buf_add_text(imap_out(server), "+ \r\n"); /* an empty challenge */
    server->in_sasl = true;
  }
  return true;
}

/* The tag stands in what was said first, which is still kept. */
void imap_take_sasl(struct imap_server *server, struct span line) {
  struct imap_scan scan = {buf_span(&server->command), &server->arena};
  server->in_sasl = false;
  imap_begin_command(server, &scan);
  if (span_equal(line, SPAN("*")))
    imap_bad(server, "AUTHENTICATE cancelled");
  else
    take_plain(server, line);
}
