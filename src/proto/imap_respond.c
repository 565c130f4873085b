/* Responses (RFC 9051 7): untagged ones, and the tagged one that ends a command. */
#include "proto/imap_session.h"

struct buf *imap_out(struct imap_server *server) {
  if (server->reply_given) buf_clear(&server->out);
  server->reply_given = false;
  server->reply_ready = true;
  return &server->out;
}

void imap_untagged(struct imap_server *server, const char *format, ...) {
  struct arena arena = ARENA_EMPTY;
  va_list arguments;
  va_start(arguments, format);
  struct span pieces[] = {SPAN("* "), arena_vformat(&arena, format, arguments), SPAN("\r\n")};
  va_end(arguments);
  for (size_t i = 0; i < 3; i++) buf_add(imap_out(server), pieces[i]);
  arena_free(&arena);
}

/* Words are the caller's: nothing in them may end the line. */
static void add_words(struct span words, struct buf *out) {
  for (size_t i = 0; i < words.len; i++)
    buf_add_char(out, words.data[i] < ' ' || words.data[i] > '~' ? '?' : words.data[i]);
}

static void add_response(struct imap_server *server, struct span tag, const char *status, struct span code,
                         struct span text) {
  struct buf *out = imap_out(server);
  buf_add(out, tag);
  buf_add_char(out, ' ');
  buf_add_text(out, status);
  buf_add_char(out, ' ');
  if (code.len) {
    buf_add_char(out, '[');
    add_words(code, out);
    buf_add_text(out, "] ");
  }
  add_words(text.len ? text : SPAN("done"), out);
  buf_add_text(out, "\r\n");
}

/* The server must not tell of a removal while numbers are being spoken of (RFC 9051 7.5.1). */
static bool may_tell_removals(const struct imap_server *server) {
  static const struct span never[] = {SPAN_INIT("FETCH"), SPAN_INIT("STORE"), SPAN_INIT("SEARCH")};
  for (size_t i = 0; i < sizeof never / sizeof *never && !server->uid_variant; i++)
    if (span_equal_nocase(server->verb, never[i])) return false;
  return true;
}

void imap_finish(struct imap_server *server, const char *status, struct span code, struct span text) {
  if (server->state == IMAP_SERVER_SELECTED && server->tag.len)
    imap_view_tell(server, may_tell_removals(server));
  add_response(server, server->tag.len ? server->tag : SPAN("*"), status, code, text);
  server->task = IMAP_TASK_NONE;
  server->tag = server->verb = SPAN_EMPTY;
  server->fetch = NULL;
  server->search = NULL;
  server->lists = NULL;
  imap_forget_message(server);
  arena_reset(&server->arena);
}

void imap_ok(struct imap_server *server, const char *text) {
  imap_finish(server, "OK", SPAN_EMPTY, span_from(text));
}

void imap_no(struct imap_server *server, const char *code, const char *text) {
  imap_finish(server, "NO", span_from(code), span_from(text));
}

void imap_bye(struct imap_server *server, struct span text) {
  add_response(server, SPAN("*"), "BYE", SPAN_EMPTY, text);
}

void imap_mistake(struct imap_server *server) {
  uint32_t max = server->config->errors_max ? server->config->errors_max : IMAP_ERRORS_MAX;
  if (++server->errors < max || server->state == IMAP_SERVER_CLOSED) return;
  imap_bye(server, SPAN("Too many errors"));
  imap_enter(server, IMAP_SERVER_CLOSED);
}

void imap_bad(struct imap_server *server, const char *text) {
  imap_finish(server, "BAD", SPAN_EMPTY, span_from(text));
  imap_mistake(server);
}

/* Before login what helps to log in; after it all (RFC 9051 6.1.1). What IMAP4rev2 has in it is said for
 * those who speak IMAP4rev1, too. */
void imap_write_capabilities(const struct imap_server *server, struct buf *out) {
  const struct imap_server_config *config = server->config;
  bool before_login = server->state <= IMAP_SERVER_NOT_AUTHENTICATED;
  bool password_allowed = server->tls_on || !config->auth_needs_tls;
  buf_add_text(out, "CAPABILITY IMAP4rev1");
  if (config->offer_rev2) buf_add_text(out, " IMAP4rev2");
  buf_add_text(out, " SASL-IR LITERAL- ENABLE IDLE");
  if (before_login) {
    if (config->offer_starttls && !server->tls_on) buf_add_text(out, " STARTTLS");
    if (!password_allowed) buf_add_text(out, " LOGINDISABLED");
    if (password_allowed && config->offer_sasl_plain) buf_add_text(out, " AUTH=PLAIN");
  } else {
    buf_add_text(out,
                 " NAMESPACE UNSELECT UIDPLUS ESEARCH SEARCHRES LIST-EXTENDED LIST-STATUS MOVE STATUS=SIZE "
                 "BINARY");
  }
}
