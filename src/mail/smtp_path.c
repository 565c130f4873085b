#include "mail/address.h"

/* Offset of the first of the two octets in text that is outside a quoted string; SPAN_NONE if there is
 * none, or if a quoted string does not end. */
static size_t find_unquoted(struct span text, char one, char other) {
  if (span_find(text, '"') == SPAN_NONE) {
    size_t at = span_find(text, one), before = other == one ? at : span_find(text, other);
    return before < at ? before : at; /* SPAN_NONE is the largest */
  }
  bool quoted = false;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.data[i];
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\') i++;
    if (!quoted && (c == one || c == other)) return i;
  }
  return SPAN_NONE;
}

static bool quotes_end(struct span text) {
  bool quoted = false;
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] == '"') quoted = !quoted;
    if (quoted && text.data[i] == '\\') i++;
  }
  return !quoted;
}

/* "@a,@b:" before the mailbox (RFC 5321 4.1.2, A-d-l). Off the front of *text; kept in *route_out. */
static enum address_error take_route(struct span *text, struct span *route_out) {
  struct span rest, hop;
  if (text->len == 0 || text->data[0] != '@') return ADDRESS_OK;
  size_t colon = 0;
  bool in_literal = false; /* "[IPv6:…]" has colons of its own */
  while (colon < text->len && (in_literal || text->data[colon] != ':')) {
    if (text->data[colon] == '[') in_literal = true;
    if (text->data[colon] == ']') in_literal = false;
    colon++;
  }
  if (colon == text->len) return ADDRESS_BAD_LOCAL_PART;
  *route_out = rest = span_first(*text, colon);
  while (span_next(&rest, ',', &hop)) {
    if (hop.len == 0 || hop.data[0] != '@') return ADDRESS_BAD_DOMAIN;
    hop = span_skip(hop, 1);
    if (!domain_is_valid(hop) && !address_literal_is_valid(hop)) return ADDRESS_BAD_DOMAIN;
  }
  *text = span_skip(*text, colon + 1);
  return ADDRESS_OK;
}

/* What stands between the brackets, or bare. */
static enum address_error read_inside(struct span inside, bool utf8, struct smtp_path *path_out) {
  if (inside.len > ADDRESS_PATH_MAX - 2) return ADDRESS_TOO_LONG;
  enum address_error error = take_route(&inside, &path_out->route);
  if (error) return error;
  path_out->text = inside;
  error = address_parse(inside, utf8, &path_out->address);
  if (error == ADDRESS_NO_DOMAIN && span_equal_nocase(inside, SPAN("postmaster"))) return ADDRESS_OK;
  return error;
}

static struct span skip_spaces(struct span text) {
  while (text.len && ascii_is_space(text.data[0])) text = span_skip(text, 1);
  return text;
}

/* What nearly every path is: a plain address in brackets. False: it is something else, or something is wrong.
 */
static bool read_plain(struct span text, bool utf8, struct smtp_path *path_out, struct span *rest_out) {
  struct address address;
  if (text.len == 0 || text.data[0] != '<') return false;
  size_t len = address_plain_len(span_skip(text, 1), utf8, &address), end = 1 + len;
  if (len == 0 || end == text.len || text.data[end] != '>') return false;
  struct span rest = span_skip(text, end + 1);
  if (rest.len && !ascii_is_space(rest.data[0])) return false;
  *rest_out = skip_spaces(rest);
  *path_out = (struct smtp_path){
      .address = address, .route = SPAN_EMPTY, .text = span_slice(text, 1, len), .had_brackets = true};
  return true;
}

static enum address_error read_any(struct span text, bool utf8, struct smtp_path *path_out,
                                   struct span *rest_out) {
  *path_out =
      (struct smtp_path){.address = {SPAN_EMPTY, SPAN_EMPTY}, .route = SPAN_EMPTY, .text = SPAN_EMPTY};
  *rest_out = SPAN_EMPTY;
  if (text.len == 0) return ADDRESS_EMPTY;
  path_out->had_brackets = text.data[0] == '<';
  size_t end = path_out->had_brackets ? find_unquoted(text, '>', '>') : find_unquoted(text, ' ', '\t');
  if (end == SPAN_NONE) {
    if (path_out->had_brackets || !quotes_end(text)) return ADDRESS_UNBALANCED;
    end = text.len;
  }
  if (!path_out->had_brackets) {
    *rest_out = skip_spaces(span_skip(text, end));
    return read_inside(span_first(text, end), utf8, path_out);
  }
  struct span inside = span_slice(text, 1, end - 1), rest = span_skip(text, end + 1);
  if (rest.len && !ascii_is_space(rest.data[0])) return ADDRESS_JUNK_AFTER;
  *rest_out = skip_spaces(rest);
  path_out->is_null = inside.len == 0;
  return path_out->is_null ? ADDRESS_OK : read_inside(inside, utf8, path_out);
}

enum address_error smtp_path_parse(struct span text, bool utf8, struct smtp_path *path_out,
                                   struct span *rest_out) {
  return read_plain(text, utf8, path_out, rest_out) ? ADDRESS_OK : read_any(text, utf8, path_out, rest_out);
}
