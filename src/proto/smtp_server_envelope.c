/* MAIL and RCPT: paths and their parameters (RFC 5321 4.1.1.2, 4.1.1.3, 4.1.2). */
#include "base/mem.h"
#include "proto/smtp_server_internal.h"

/* Takes "FROM:" or "TO:" and the spaces that some programs put after it. */
static bool take_keyword(struct span *argument, struct span keyword) {
  if (!span_starts_with_nocase(*argument, keyword)) return false;
  *argument = smtp_server_trim(span_skip(*argument, keyword.len));
  return true;
}

/* ---- parameters ---- */

enum { SEEN_SIZE = 1, SEEN_BODY = 2, SEEN_AUTH = 4 };

/* esmtp-keyword of RFC 5321 4.1.2. */
static bool is_keyword(struct span keyword) {
  if (keyword.len == 0 || !ascii_is_alnum(keyword.data[0])) return false;
  for (size_t i = 1; i < keyword.len; i++)
    if (!ascii_is_alnum(keyword.data[i]) && keyword.data[i] != '-') return false;
  return true;
}

/* esmtp-value: printable, no "=" and no space. */
static bool is_value(struct span value) {
  for (size_t i = 0; i < value.len; i++)
    if (value.data[i] <= ' ' || value.data[i] > '~' || value.data[i] == '=') return false;
  return value.len > 0;
}

/* SIZE's value: 1 to 20 digits (RFC 1870 4). More than 64 bits hold is more than anybody takes. */
static bool read_size(struct span value, uint64_t *octets_out) {
  size_t digits = 0;
  while (digits < value.len && ascii_is_digit(value.data[digits])) digits++;
  if (digits == 0 || digits < value.len || digits > 20) return false;
  if (!span_to_u64(value, UINT64_MAX, octets_out)) *octets_out = UINT64_MAX;
  return true;
}

/* One parameter of MAIL. Gives SMTP_TEXT_COUNT if it is fine, or what is wrong. */
static enum smtp_text read_mail_parameter(struct smtp_server *server, struct span keyword, struct span value,
                                          unsigned *seen) {
  const struct smtp_server_config *config = server->config;
  unsigned mark = 0;
  if (config->offer_size && span_equal_nocase(keyword, SPAN("SIZE"))) {
    mark = SEEN_SIZE;
    if (!read_size(value, &server->decision.size)) return SMTP_TEXT_SIZE_SYNTAX;
  } else if (config->offer_8bitmime && span_equal_nocase(keyword, SPAN("BODY"))) {
    mark = SEEN_BODY;
    server->decision.body_8bit = span_equal_nocase(value, SPAN("8BITMIME"));
    if (!server->decision.body_8bit && !span_equal_nocase(value, SPAN("7BIT"))) return SMTP_TEXT_BODY_UNKNOWN;
  } else if (config->offer_auth && span_equal_nocase(keyword, SPAN("AUTH"))) {
    mark = SEEN_AUTH; /* who first submitted it (RFC 4954 5): read, and not relied on */
    if (value.len == 0) return SMTP_TEXT_SYNTAX;
  } else {
    return config->offer_dsn ? smtp_server_dsn_parameter(server, true, keyword, value, seen)
                             : SMTP_TEXT_PARAMETER_UNKNOWN;
  }
  if (*seen & mark) return SMTP_TEXT_SYNTAX;
  *seen |= mark;
  return SMTP_TEXT_COUNT;
}

/* The same of RCPT: RFC 3461 is the only one here that has some. */
static enum smtp_text read_rcpt_parameter(struct smtp_server *server, struct span keyword, struct span value,
                                          unsigned *seen) {
  if (!server->config->offer_dsn) return SMTP_TEXT_PARAMETER_UNKNOWN;
  return smtp_server_dsn_parameter(server, false, keyword, value, seen);
}

/* All of them, as they stand in the decision. */
static enum smtp_text read_parameters(struct smtp_server *server, bool mail) {
  struct span rest = server->decision.parameters, parameter;
  enum smtp_text wrong = SMTP_TEXT_COUNT;
  unsigned seen = 0;
  while (wrong == SMTP_TEXT_COUNT && rest.len && span_next(&rest, ' ', &parameter)) {
    if (parameter.len == 0) continue;
    server->parameter = parameter;
    size_t equals = span_find(parameter, '=');
    struct span keyword = span_first(parameter, equals), value = SPAN_EMPTY;
    if (equals != SPAN_NONE) value = span_skip(parameter, equals + 1);
    bool good = is_keyword(keyword) && (equals == SPAN_NONE || is_value(value));
    if (!good)
      wrong = span_equal_nocase(keyword, SPAN("SIZE")) ? SMTP_TEXT_SIZE_SYNTAX : SMTP_TEXT_SYNTAX;
    else if (!server->extended)
      wrong = SMTP_TEXT_PARAMETER_UNKNOWN;
    else
      wrong = mail ? read_mail_parameter(server, keyword, value, &seen)
                   : read_rcpt_parameter(server, keyword, value, &seen);
  }
  return wrong;
}

/* ---- the commands ---- */

static bool takes_bare_name(const struct smtp_server *server, bool mail) {
  return server->config->bare_names >= (mail ? SMTP_BARE_NAMES_SEND : SMTP_BARE_NAMES_RECEIVE);
}

/* Of its own, for an occasion that others do not tell from its like. */
static bool has_words(const struct smtp_server *server, enum smtp_text text) {
  return server->config->texts && server->config->texts->text[text].len;
}

/* Reads "FROM:<path> parameters" into the decision; gives what is wrong, or SMTP_TEXT_COUNT. */
static enum smtp_text read_path(struct smtp_server *server, struct span argument, bool mail) {
  struct smtp_server_decision *decision = &server->decision;
  struct span held = smtp_server_hold(server, argument);
  bool has_keyword = mail ? take_keyword(&held, SPAN("FROM:")) : take_keyword(&held, SPAN("TO:"));
  if (!has_keyword || held.len == 0) return mail ? SMTP_TEXT_MAIL_USAGE : SMTP_TEXT_RCPT_USAGE;
  server->parameter = held;
  enum address_error error = smtp_path_parse(held, false, &decision->path, &decision->parameters);
  if (error == ADDRESS_NO_DOMAIN) {
    if (takes_bare_name(server, mail))
      error = ADDRESS_OK;
    else if (mail && has_words(server, SMTP_TEXT_DOMAIN_REQUIRED))
      return SMTP_TEXT_DOMAIN_REQUIRED;
  }
  if (error || (!mail && decision->path.is_null)) return mail ? SMTP_TEXT_MAIL_SYNTAX : SMTP_TEXT_RCPT_SYNTAX;
  return server->config->ignores_parameters ? SMTP_TEXT_COUNT : read_parameters(server, mail);
}

void smtp_server_mail(struct smtp_server *server, struct span argument) {
  const struct smtp_server_config *config = server->config;
  if (config->require_auth && server->user.len == 0) {
    smtp_server_complain(server, SMTP_TEXT_AUTH_REQUIRED);
    return;
  }
  enum smtp_text wrong = read_path(server, argument, true);
  bool restarts = server->state != SMTP_SERVER_READY && server->state != SMTP_SERVER_GREETED;
  if (wrong == SMTP_TEXT_COUNT && restarts) { /* now that it is good, it makes the one before be forgotten */
    smtp_server_end_transaction(server);
    wrong = read_path(server, argument, true);
  }
  if (wrong != SMTP_TEXT_COUNT) {
    smtp_server_release_held(server);
    smtp_server_complain(server, wrong);
  } else if (config->size_max && server->decision.size > config->size_max) {
    smtp_server_release_held(server);
    smtp_server_say(server, SMTP_TEXT_TOO_BIG, SPAN_EMPTY);
  } else {
    smtp_server_decide(server, SMTP_SERVER_DECIDE_MAIL);
  }
}

void smtp_server_rcpt(struct smtp_server *server, struct span argument) {
  uint32_t most = server->config->recipients_max;
  enum smtp_text wrong = read_path(server, argument, false);
  if (wrong != SMTP_TEXT_COUNT) {
    server->rcpt_refused = true;
    smtp_server_release_held(server);
    smtp_server_complain(server, wrong);
  } else if (server->recipient_count >= (most ? most : SMTP_SERVER_RECIPIENTS_MAX)) {
    smtp_server_release_held(server);
    smtp_server_say(server, SMTP_TEXT_TOO_MANY_RECIPIENTS, SPAN_EMPTY);
  } else {
    smtp_server_decide(server, SMTP_SERVER_DECIDE_RCPT);
  }
}

/* Moves the address, which lies in the held line, to the end of what is kept. */
static size_t keep_address(struct smtp_server *server) {
  struct span address = server->decision.path.text;
  if (address.len) memmove(server->texts.data + server->kept_len, address.data, address.len);
  server->kept_len += address.len;
  smtp_server_release_held(server);
  return address.len;
}

void smtp_server_keep_reverse_path(struct smtp_server *server) {
  if (server->decision.dsn.message.returns || server->decision.dsn.message.envelope_id.len)
    smtp_server_keep_message_request(server);
  server->path_len = keep_address(server);
}

void smtp_server_keep_recipient(struct smtp_server *server) {
  if (server->decision.dsn.recipient.notify || server->decision.dsn.recipient.original.len)
    smtp_server_keep_recipient_request(server);
  keep_address(server);
  if (server->recipient_count == server->ends_capacity) {
    bool inside = server->ends == server->ends_inside;
    server->ends = mem_grow(inside ? NULL : server->ends, &server->ends_capacity, server->ends_capacity + 1,
                            sizeof *server->ends);
    if (inside) memcpy(server->ends, server->ends_inside, sizeof server->ends_inside);
  }
  server->ends[server->recipient_count++] = (uint32_t)server->kept_len;
}
