/* Bytes in: a command may be many lines long, each but the last ending in a literal's "{n}" (RFC
 * 9051 2.2.1, 4.3; RFC 7888). It is gathered whole before it is read. */
#include "proto/imap_session.h"

/* "… {310}" or "… {5+}": what is to come, at a line's end. */
struct announced {
  uint64_t len;
  bool is_unasked; /* {n+}: the client goes on without waiting */
};

static bool find_literal(struct span line, struct announced *out) {
  if (line.len < 3 || line.data[line.len - 1] != '}') return false;
  size_t brace = span_find_last(line, '{');
  if (brace == SPAN_NONE) return false;
  struct span digits = span_slice(line, brace + 1, line.len - brace - 2);
  out->is_unasked = digits.len && digits.data[digits.len - 1] == '+';
  if (out->is_unasked) digits.len--;
  return span_to_u64(digits, UINT32_MAX, &out->len);
}

static size_t append_max(const struct imap_server *server) {
  return server->config->append_max ? server->config->append_max : IMAP_APPEND_MAX;
}

/* The rest of the command is read over; then it is answered. */
static void refuse_and_read_over(struct imap_server *server, size_t len, const char *why) {
  if (len > append_max(server)) {
    imap_bye(server, SPAN("That is more than can be read over"));
    imap_enter(server, IMAP_SERVER_CLOSED);
    return;
  }
  if (!server->refusal.len) server->refusal = span_from(why);
  server->input = IMAP_INPUT_REFUSED_LITERAL;
  server->literal_left = len;
}

/* The command goes on behind a literal: may it? */
static void begin_literal(struct imap_server *server, const struct announced *announced) {
  bool is_large = announced->len > IMAP_LITERAL_MAX;
  if (announced->is_unasked && is_large) { /* LITERAL-: not without having been asked */
    refuse_and_read_over(server, (size_t)announced->len, "A literal of that size has to be asked for first");
    return;
  }
  if (!announced->is_unasked && !imap_may_go_on(server, is_large)) {
    server->command_said = 0;
    return;
  }
  if (announced->len > append_max(server)) {
    server->command_said = 0;
    imap_finish(server, "NO", SPAN("TOOBIG"), SPAN("That message is too large"));
    return;
  }
  server->input = announced->len ? IMAP_INPUT_LITERAL : IMAP_INPUT_LINE;
  server->literal_left = (size_t)announced->len;
  if (!announced->is_unasked) buf_add_text(imap_out(server), "+ Go on\r\n");
}

static void end_command(struct imap_server *server) {
  server->command_said = 0;
  imap_take_command(server);
}

static void refuse(struct imap_server *server, const char *why) {
  struct imap_scan scan = {buf_span(&server->command), &server->arena};
  imap_begin_command(server, &scan); /* for the tag */
  server->command_said = 0;
  server->input = IMAP_INPUT_LINE;
  server->refusal = SPAN_EMPTY;
  imap_bad(server, why);
}

static void take_line(struct imap_server *server, struct span line) {
  struct announced announced;
  bool goes_on = find_literal(line, &announced);
  if (server->input == IMAP_INPUT_REFUSED_LINE) {
    if (goes_on && announced.is_unasked)
      refuse_and_read_over(server, (size_t)announced.len, "");
    else
      refuse(server, server->refusal.data);
    return;
  }
  if (server->command_said == 0) buf_clear(&server->command);
  server->command_said += line.len + 2;
  if (server->command_said > IMAP_LINE_MAX) {
    if (goes_on && announced.is_unasked)
      refuse_and_read_over(server, (size_t)announced.len, "That command is too long");
    else
      refuse(server, "That command is too long");
    return;
  }
  buf_add(&server->command, line);
  if (!goes_on) {
    end_command(server);
    return;
  }
  buf_add_text(&server->command, "\r\n");
  begin_literal(server, &announced);
}

static size_t take_octets(struct imap_server *server, struct span bytes) {
  struct span now = span_first(bytes, server->literal_left);
  bool refused = server->input == IMAP_INPUT_REFUSED_LITERAL;
  if (!refused) buf_add(&server->command, now);
  server->literal_left -= now.len;
  if (server->literal_left == 0) server->input = refused ? IMAP_INPUT_REFUSED_LINE : IMAP_INPUT_LINE;
  return now.len;
}

size_t imap_input_feed(struct imap_server *server, struct span bytes) {
  if (server->input == IMAP_INPUT_LITERAL || server->input == IMAP_INPUT_REFUSED_LITERAL) {
    if (server->literal_left) return take_octets(server, bytes);
    server->input = IMAP_INPUT_REFUSED_LINE; /* an empty one, read over */
  }
  struct span input = bytes, line;
  switch (line_reader_take(&server->reader, &input, &line)) {
  case LINE_NONE: break;
  case LINE_TOO_LONG:
    server->in_sasl = false;
    if (server->command_said == 0) buf_clear(&server->command);
    if (server->idling)
      imap_end_idle(server, SPAN_EMPTY);
    else
      refuse(server, "That line is too long");
    break;
  case LINE_CRLF:
  case LINE_BARE_LF: /* somebody types */
    if (server->in_sasl)
      imap_take_sasl(server, line);
    else if (server->idling)
      imap_end_idle(server, line);
    else
      take_line(server, line);
  }
  return bytes.len - input.len;
}
