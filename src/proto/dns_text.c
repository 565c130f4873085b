#include "proto/dns_text.h"

enum dns_problem dns_text_octet(struct span *rest, uint8_t *octet_out) {
  char c = rest->data[0];
  *rest = span_skip(*rest, 1);
  *octet_out = (uint8_t)c;
  if (c != '\\') return DNS_OK;
  if (rest->len == 0) return DNS_BAD_ESCAPE;
  if (!ascii_is_digit(rest->data[0])) {
    *octet_out = (uint8_t)rest->data[0];
    *rest = span_skip(*rest, 1);
    return DNS_OK;
  }
  uint64_t value;
  if (rest->len < 3 || !span_to_u64(span_first(*rest, 3), 255, &value)) return DNS_BAD_ESCAPE;
  *octet_out = (uint8_t)value;
  *rest = span_skip(*rest, 3);
  return DNS_OK;
}

char *dns_text_put_escaped(char *to, uint8_t octet) {
  *to++ = '\\';
  *to++ = (char)('0' + octet / 100);
  *to++ = (char)('0' + octet / 10 % 10);
  *to++ = (char)('0' + octet % 10);
  return to;
}

enum dns_problem dns_text_string(struct span field, uint8_t string_out[256]) {
  size_t len = 0;
  while (field.len > 0) {
    uint8_t octet;
    enum dns_problem problem = dns_text_octet(&field, &octet);
    if (problem != DNS_OK) return problem;
    if (len == 255) return DNS_STRING_TOO_LONG;
    string_out[1 + len++] = octet;
  }
  string_out[0] = (uint8_t)len;
  return DNS_OK;
}

/* Past white space, comments and, inside parentheses, line ends. */
static void skip_blank(struct dns_text *text) {
  while (text->rest.len > 0) {
    char c = text->rest.data[0];
    if (c == ';') {
      size_t line_end = span_find(text->rest, '\n');
      text->rest = span_skip(text->rest, line_end == SPAN_NONE ? text->rest.len : line_end);
    } else if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && text->in_parentheses)) {
      text->rest = span_skip(text->rest, 1);
    } else {
      return;
    }
  }
}

static enum dns_token take_quoted(struct dns_text *text, struct span *field_out) {
  struct span inside = span_skip(text->rest, 1);
  size_t at = 0;
  while (at < inside.len && inside.data[at] != '"' && inside.data[at] != '\n') {
    at += inside.data[at] == '\\' ? 2 : 1;
  }
  if (at >= inside.len || inside.data[at] == '\n') return DNS_TOKEN_UNBALANCED;
  *field_out = span_first(inside, at);
  text->rest = span_skip(inside, at + 1);
  return DNS_TOKEN_FIELD;
}

static bool ends_field(char c) {
  return ascii_is_space(c) || c == '(' || c == ')' || c == ';' || c == '"';
}

static enum dns_token take_bare(struct dns_text *text, struct span *field_out) {
  struct span rest = text->rest;
  size_t at = 0;
  while (at < rest.len && !ends_field(rest.data[at])) at += rest.data[at] == '\\' ? 2 : 1;
  if (at > rest.len) at = rest.len;
  *field_out = span_first(rest, at);
  text->rest = span_skip(rest, at);
  return DNS_TOKEN_FIELD;
}

enum dns_token dns_text_next(struct dns_text *text, struct span *field_out) {
  for (;;) {
    skip_blank(text);
    if (text->rest.len == 0) return text->in_parentheses ? DNS_TOKEN_UNBALANCED : DNS_TOKEN_END;
    char c = text->rest.data[0];
    if (c == '"') return take_quoted(text, field_out);
    if (c != '(' && c != ')' && c != '\n') return take_bare(text, field_out);
    if (c != '\n' && text->in_parentheses == (c == '(')) return DNS_TOKEN_UNBALANCED;
    text->rest = span_skip(text->rest, 1);
    if (c == '\n') return DNS_TOKEN_END;
    text->in_parentheses = c == '(';
  }
}
